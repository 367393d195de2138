import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectSubstrateChain, type SubstrateChain } from '../../../shared/chain/connect-substrate-chain.ts'
import { countEpochs } from '../../../shared/chain/count-epochs.ts'
import { createLogger } from '../../../shared/observe/create-logger.ts'
import { minerKey } from '../../../validator/challenge/drawn-request.ts'
import { emptyScoring } from '../../../validator/rounds/settle-scores.ts'
import { buildWeightSetter } from '../../../validator/rounds/weight-setter.ts'
import { openStore } from '../../../validator/storage/open-store.ts'
import { farTempo, netuid, openRefusalLab, people, type RefusalLab } from '../../support/refusals/refusal-lab.ts'
import { type RpcProxy, startRpcProxy } from '../../support/rpc-proxy.ts'
import { weightsTerms } from '../../support/weights-outlook.ts'

/** What runtimes had not yet that ran epochs by counting blocks. */
const younger = ['SubnetEpochIndex', 'LastEpochBlock', 'PendingEpochAt', 'AdminFreezeWindow', 'get_next_epoch_start_block']
const hexOf = (text: string) => Buffer.from(text, 'utf8').toString('hex')

/** Metadata in which nobody finds these names any more; its length stays as it was. */
function hide(hex: string): string {
  return younger.reduce((text, name) => text.replaceAll(hexOf(name), hexOf(`X${name.slice(1)}`)), hex)
}

describe('a chain whose metadata has no state of epochs', () => {
  let lab: RefusalLab
  let proxy: RpcProxy
  let older: SubstrateChain
  beforeAll(async () => {
    lab = await openRefusalLab()
    proxy = await startRpcProxy(lab.node.url)
    proxy.tampering.reply = message => (typeof message.result === 'string' ? { ...message, result: hide(message.result) } : message)
    older = await connectSubstrateChain({ endpoint: proxy.endpoint })
  })
  afterAll(async () => {
    await older?.close()
    await proxy?.close()
    await lab?.stop()
  })

  it('has its epochs counted, and so the next one and the commits', async () => {
    const { number, hash } = await older.readHead()
    const state = await older.readEpochState(netuid, hash)
    expect(state).toMatchObject({ block: number, revealPeriodEpochs: 1, adminFreezeWindow: null, ...countEpochs(number, netuid, farTempo) })
    expect(await older.readNextEpochBlock(netuid, hash)).toBe(state.lastEpochBlock + state.tempo)
    // The same block, as the chain itself has it.
    expect(await lab.chain.readEpochState(netuid, hash)).toMatchObject({ tempo: farTempo })
    expect(await older.readCommits(netuid, people().bobHot.hotkey, hash)).toEqual({ hashes: [], timelocked: [] })
  })

  it('gets the weights of a validator all the same', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-older-'))
    const store = openStore(folder)
    try {
      const { neurons } = await older.readMetagraph(netuid)
      const setter = buildWeightSetter({
        ...{ chain: older, signer: people().bobHot, netuid, store, log: createLogger('test', 'silent') },
        settings: weightsTerms,
      })
      lab.node.newBlock(6)
      const scores = new Map(neurons.filter(({ uid }) => uid === 2).map(neuron => [minerKey(neuron), 1]))
      await setter.submitIfDue({ round: 1, scores, state: emptyScoring }, new AbortController().signal)
      expect(setter.status()).toMatchObject({ submitted: 1, lastError: null })
      expect(await older.readWeights(netuid, 1)).toEqual([[2, 65_535]])
    } finally {
      store.close()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
