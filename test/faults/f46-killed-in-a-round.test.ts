import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readExchanges } from '../../validator/storage/exchange-table.ts'
import { readRound } from '../../validator/storage/round-table.ts'
import { readJudgements } from '../../validator/storage/settlement-table.ts'
import { times } from '../support/full-faults.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { openSettlementLab } from '../support/settlement-lab.ts'

const program = fileURLToPath(new URL('../support/settle-forever.ts', import.meta.url))
let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-f46-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Lets the program run until it has said so many lines, kills it that moment, and gives the lines. */
async function runAndKill(lines: number): Promise<string[]> {
  const child = spawn(process.execPath, ['--import', 'tsx', program, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', chunk => {
    text += chunk
    if (text.split('\n').length > lines) child.kill('SIGKILL')
  })
  await new Promise(resolve => child.once('close', resolve))
  return text.split('\n').slice(0, -1)
}

describe('F46: kill -9 at any point of a round', () => {
  it(
    'leaves a whole database, in which nothing that was said is missing and nothing is counted twice',
    async () => {
      const random = seededRandom(46)
      const said: string[] = []
      for (let kill = 0; kill < times(2, 40); kill++) said.push(...(await runAndKill(1 + Math.floor(random() * 12))))
      const settled = said.filter(line => line.startsWith('settled')).map(line => Number(line.split(' ')[1]))
      expect(new Set(settled).size).toBe(settled.length)

      const lab = await openSettlementLab({ folder })
      expect(lab.store.sqlite.pragma('integrity_check', { simple: true })).toBe('ok')
      expect(lab.store.sqlite.pragma('foreign_key_check')).toEqual([])
      for (const line of said) expect(['asked', 'settled']).toContain((await readRound(lab.store, Number(line.split(' ')[1])))?.status)
      const rounds = lab.store.sqlite.prepare("SELECT number FROM round WHERE status = 'settled' ORDER BY number").all() as Array<{
        number: number
      }>
      for (const { number } of rounds) {
        expect((await readJudgements(lab.store, number)).length).toBe((await readExchanges(lab.store, number)).length)
        expect((await lab.replay(number)).differences).toEqual([])
      }
      expect(rounds.map(({ number }) => number)).toEqual(expect.arrayContaining(settled))
      lab.store.close()
    },
    times(60_000, 600_000),
  )
})
