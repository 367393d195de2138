import { describe, expect, it } from 'vitest'
import { createProgress, formatBytes } from '../../../shared/observe/create-progress.ts'

function screen(isTTY: boolean) {
  let now = 0
  let text = ''
  const write = (more: string) => {
    text += more
  }
  const stream = { isTTY, columns: 140, write }
  const progress = createProgress({ label: 'fetch', stream, nowMs: () => now })
  const at = (ms: number, done: number, note?: string) => {
    now = ms
    progress.update(done, 1_000_000, note)
  }
  return { at, end: progress.end, text: () => text }
}

describe('progress', () => {
  it('is a bar that redraws its line on a terminal, at most ten times a second', () => {
    const { at, end, text } = screen(true)
    at(0, 0)
    at(50, 10_000)
    at(1_000, 500_000, '5 of 10 shards')
    at(1_001, 1_000_000)
    end()
    expect(text().split('\r').length - 1).toBe(3)
    expect(text()).toContain('fetch [###############...............]  50 % 500 kB of 1.00 MB, 500 kB/s, 1 s left, 5 of 10 shards')
    expect(text().endsWith('\n')).toBe(true)
  })

  it('is plain lines elsewhere: for each tenth and every five seconds', () => {
    const { at, text } = screen(false)
    at(0, 0)
    for (let ms = 100; ms <= 12_000; ms += 100) at(ms, 1_000)
    at(13_000, 150_000)
    at(13_100, 1_000_000)
    expect(text().split('\n').slice(0, -1)).toEqual([
      'fetch: 0 % 0 B of 1.00 MB, 0 B/s',
      'fetch: 0 % 1.00 kB of 1.00 MB, 200 B/s, 1.4 h left',
      'fetch: 0 % 1.00 kB of 1.00 MB, 100 B/s, 2.8 h left',
      'fetch: 15 % 150 kB of 1.00 MB, 11.5 kB/s, 2 min left',
      'fetch: 100 % 1.00 MB of 1.00 MB, 76.3 kB/s',
    ])
  })

  it('counts the speed from where it began, not what was there before', () => {
    const { at, text } = screen(false)
    at(0, 900_000)
    at(1_000, 1_000_000)
    expect(text()).toContain('100 kB/s')
  })

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_500, '1.50 kB'],
    [200_000_000, '200 MB'],
    [999_950, '1.00 MB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })

  it('counts what is no bytes in its own unit, without a speed', () => {
    const lines: string[] = []
    const progress = createProgress({ label: 'bench', unit: 'steps', stream: { write: text => lines.push(text) }, nowMs: () => 0 })
    progress.update(2, 8, 'decode')
    expect(lines).toEqual(['bench: 25 % 2 of 8 steps, decode\n'])
  })
})
