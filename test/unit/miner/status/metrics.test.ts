import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chatAsk, signedRequest } from '../../../support/signed-ask.ts'
import { startTestMiner, type TestMiner } from '../../../support/test-miner.ts'

const name = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const label = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"'
const value = '(?:[-+]?(?:\\d+(?:\\.\\d*)?(?:e[-+]?\\d+)?)|[-+]?Inf|NaN|Nan)'
const sample = new RegExp(`^(${name})(?:\\{(${label}(?:,${label})*)?\\})? ${value}(?: \\d+)?$`)
const about = new RegExp(`^# (HELP|TYPE) (${name}) (.+)$`)

describe('/metrics', () => {
  let miner: TestMiner
  let lines: string[]
  beforeAll(async () => {
    miner = await startTestMiner()
    for (let count = 0; count < 2; count++)
      await miner.send(signedRequest(miner.cast.validator, miner.cast.miner.hotkey, chatAsk(miner.model.manifestDigest)))
    await miner.send(signedRequest(miner.cast.stranger, miner.cast.miner.hotkey, chatAsk(miner.model.manifestDigest)))
    lines = (await miner.get('/metrics')).text.split('\n').filter(Boolean)
  })
  afterAll(() => miner.stop())

  it("is Prometheus' text form: every sample follows the help and the type of its name", () => {
    const types = new Map<string, string>()
    const helped = new Set<string>()
    for (const line of lines) {
      const [, kind, told = '', rest = ''] = about.exec(line) ?? []
      if (kind === 'HELP') helped.add(told)
      else if (kind === 'TYPE') types.set(told, rest)
      else {
        const [, found = ''] = sample.exec(line) ?? []
        expect(found, line).not.toBe('')
        const family = types.has(found) ? found : found.replace(/_(bucket|sum|count)$/, '')
        expect(types.has(family) && helped.has(family), line).toBe(true)
      }
    }
    for (const [told, type] of types) {
      expect(told).toMatch(/^assay_miner_/)
      // The default figures of the process are named by the client library.
      if (type === 'counter') expect(told).toMatch(/_total$/)
    }
  })

  it('has times as histograms and counts what was done and refused', async () => {
    for (const figure of ['ttft_seconds', 'tpot_seconds', 'answer_seconds']) {
      expect(lines).toContain(`# TYPE assay_miner_${figure} histogram`)
      const buckets = lines.filter(line => line.startsWith(`assay_miner_${figure}_bucket`)).map(line => Number(line.split(' ').at(-1)))
      expect(buckets).toEqual([...buckets].sort((a, b) => a - b))
      expect(buckets.at(-1)).toBe(await miner.figure(`assay_miner_${figure}_count`))
    }
    expect(await miner.figure('assay_miner_answer_seconds_count')).toBe(2)
    expect(await miner.figure('assay_miner_completion_tokens_total')).toBe(18)
    expect(lines).toContain('assay_miner_refusals_total{code="MINER_CALLER_UNKNOWN"} 1')
  })

  it('has no label that a caller could choose', () => {
    const labels = new Set(lines.flatMap(line => [...line.matchAll(/[{,]([a-z_]+)="/gi)].map(([, found]) => found)))
    expect(
      [...labels].filter(found => !['le', 'code', 'kind', 'space', 'type', 'version', 'major', 'minor', 'patch'].includes(found ?? '')),
    ).toEqual([])
    expect(lines.join('\n')).not.toContain(miner.cast.validator.hotkey)
  })
})
