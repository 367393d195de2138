import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, describe, expect, it, vi } from 'vitest'
import type { WorldReport } from '../../owner/world/report.ts'
import { root } from '../house/list-sources.ts'
import { runAssay } from '../support/run-assay.ts'

const folders: string[] = []
const makeFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-world-test-'))
  folders.push(folder)
  return folder
}

/** Processes whose command line names a folder; Linux alone shows them. */
function processesOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder)
      } catch {
        return false
      }
    })
}

describe.skipIf(process.platform !== 'linux')('assay up', () => {
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  })

  it('runs a subnet whose emission follows honest work, ends by itself, and leaves nothing running', async () => {
    const folder = makeFolder()
    const json = join(folder, 'out.json')
    const { code, stdout, stderr } = await runAssay(['up', '--epochs', '6', '--json', json, '--folder', folder])
    expect(code, stderr).toBe(0)
    expect(processesOf(folder)).toEqual([])
    expect(stdout).toMatch(/^epoch 6, block \d+$/m)
    const report: WorldReport = JSON.parse(readFileSync(json, 'utf8'))
    expect(report.epochs).toBe(6)
    const honest = report.miners.filter(({ kind }) => kind === 'honest')
    const cheats = report.miners.filter(({ kind }) => kind === 'cheat')
    expect([honest.length, cheats.length]).toEqual([3, 5])
    for (const miner of honest) {
      expect(miner.verdicts.pass, miner.name).toBeGreaterThan(0)
      expect(miner.verdicts.fail, miner.name).toBe(0)
      expect(miner.convicted, miner.name).toBe(false)
      expect(miner.emissionAlpha, miner.name).toBeGreaterThan(0)
    }
    for (const miner of cheats) expect(miner.convicted, miner.name).toBe(true)
    expect(report.validators.map(({ canary }) => canary)).toEqual(['passed', 'passed'])
    for (const { name, weightsSubmitted } of report.validators) expect(weightsSubmitted, name).toBeGreaterThan(0)
  }, 240_000)

  it('leaves nothing running when it is killed', async () => {
    const folder = makeFolder()
    const world = spawn(process.execPath, [join(root, 'bin/assay.js'), 'up', '--folder', folder], { stdio: ['ignore', 'ignore', 'pipe'] })
    for await (const line of createInterface({ input: world.stderr })) if (line.startsWith('starting 8 miners')) break
    world.kill('SIGKILL')
    await vi.waitFor(() => expect(processesOf(folder)).toEqual([]), { timeout: 60_000, interval: 200 })
  }, 120_000)
})
