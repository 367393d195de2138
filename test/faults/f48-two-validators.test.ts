import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeSubnetFile } from '../../owner/world/write-subnet-file.ts'
import { storage } from '../../shared/devchain/pallets/subtensor-module/storage.ts'
import { createHotkey } from '../../shared/identity/create-wallet.ts'
import { defaultSubnetFile } from '../../validator/rounds/default-subnet-file.ts'
import { readLiveIntents } from '../../validator/storage/intent-table.ts'
import { openStore } from '../../validator/storage/open-store.ts'
import type { WeightsForm } from '../../validator/weights/intent.ts'
import { driveValidator } from '../chaos/weights/drive-validator.ts'
import { openWeightsStage, type WeightsStage } from '../chaos/weights/weights-stage.ts'
import { fullFaults } from '../support/full-faults.ts'
import { runAssay } from '../support/run-assay.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-f48-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const [tempo, rateLimit] = [20, 5]

describe('F48: two validators on one hotkey, on two machines', () => {
  it.each<WeightsForm>(fullFaults ? ['set-weights', 'timelocked', 'hash'] : ['timelocked'])(
    'the later one stops with exit code 2, says why and signed nothing; the first one goes on (%s)',
    async form => {
      const signal = AbortSignal.timeout(280_000)
      const wallet = { path: join(folder, 'wallets'), name: 'validator' }
      const { mnemonic } = await createHotkey(wallet)
      const stage = await openWeightsStage({ tempo, rateLimit, commitReveal: form !== 'set-weights', hotkey: mnemonic, signal })
      try {
        const { node, netuid } = stage
        const task = {
          endpoint: stage.proxy.endpoint,
          folder: join(folder, 'first'),
          netuid,
          hotkey: mnemonic,
          form,
          seed: 'f48',
          rateLimit,
        }
        const first = driveValidator({ stage, task: { ...task, weakness: null }, random: () => 0, signal })
        const step = async () => {
          node.newBlock()
          await first.settle()
        }
        while (lastUpdateOf(stage) === 0) await step()

        const subnetFile = join(folder, 'subnet.json')
        await writeSubnetFile(defaultSubnetFile(), subnetFile)
        const later = startLater({ folder, subnetFile, netuid, url: node.url })
        while (!later.hasEnded()) await step()
        const { code, stderr, stdout } = await later.finished
        expect(stdout).toMatch(/^assay validator ready/)
        expect(stderr).toMatch(
          /Another validator acts with the hotkey \w+ on subnet 2: block \d+ brought (weights|commit) that this journal did not send/,
        )
        expect(code).toBe(2)

        const before = lastUpdateOf(stage)
        for (let block = 0; block < tempo; block++) await step()
        expect(lastUpdateOf(stage)).toBeGreaterThan(before)
        expect(first.problems).toEqual([])
        expect(await first.stop()).toBe(0)

        // Every transaction of the hotkey is one of the first journal's.
        const store = openStore(task.folder)
        const intents = await readLiveIntents(store, 0)
        store.close()
        expect(node.chain.accountNonce(stage.account)).toBe(intents.reduce((sum, { attempts, reveals }) => sum + attempts + reveals, 0))
      } finally {
        await stage.stop()
      }
    },
    300_000,
  )
})

interface LaterOptions {
  readonly folder: string
  readonly subnetFile: string
  readonly netuid: number
  readonly url: string
}

/** The whole validator, as an operator starts it, with the same wallet and a data folder of its own. */
function startLater({ folder, subnetFile, netuid, url }: LaterOptions) {
  let ended = false
  const finished = runAssay([
    ...['validator', 'start', '--netuid', String(netuid), '--chain-endpoint', url, '--subnet-file', subnetFile],
    ...['--wallet-path', join(folder, 'wallets'), '--wallet-name', 'validator', '--data-folder', join(folder, 'later')],
    ...['--status-port', '0', '--log-level', 'silent', '--allow-private'],
  ]).finally(() => {
    ended = true
  })
  return { finished, hasEnded: () => ended }
}

function lastUpdateOf({ node, netuid, uid }: WeightsStage): number {
  return Number(node.chain.read(ctx => ctx.get(storage.LastUpdate, netuid)[uid] ?? 0n))
}
