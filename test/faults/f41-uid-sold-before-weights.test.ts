import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storage } from '../../shared/devchain/pallets/subtensor-module/storage.ts'
import { createLogger } from '../../shared/observe/create-logger.ts'
import { minerKey } from '../../validator/challenge/drawn-request.ts'
import { emptyScoring } from '../../validator/rounds/settle-scores.ts'
import { buildWeightSetter, type WeightSetter } from '../../validator/rounds/weight-setter.ts'
import { openStore } from '../../validator/storage/open-store.ts'
import { succeeded } from '../contracts/prepare-subnet.ts'
import { netuid, openRefusalLab, people, type RefusalLab } from '../support/refusals/refusal-lab.ts'
import { weightsTerms } from '../support/weights-outlook.ts'

describe('F41: a uid is sold on the chain between scoring and set_weights', () => {
  let lab: RefusalLab
  let setter: WeightSetter
  const ends: Array<() => void> = []
  beforeAll(async () => {
    lab = await openRefusalLab()
    const folder = mkdtempSync(join(tmpdir(), 'assay-f41-'))
    const store = openStore(folder)
    ends.push(() => {
      store.close()
      rmSync(folder, { recursive: true, force: true })
    })
    setter = buildWeightSetter({
      ...{ chain: lab.chain, signer: people().ownerHot, netuid, store, log: createLogger('test', 'silent') },
      settings: weightsTerms,
    })
  })
  afterAll(async () => {
    for (const end of ends) end()
    await lab?.stop()
  })

  it('the metagraph is read anew at the final head: the new owner gets nothing, and the others their share', async () => {
    const { neurons } = await lab.chain.readMetagraph(netuid)
    const scores = new Map(neurons.slice(1).map((neuron, index) => [minerKey(neuron), index + 1]))
    // No place is free, so that the newcomer gets that of the neuron that was registered first.
    lab.write(ctx => {
      ctx.set(storage.MaxAllowedUids, netuid, neurons.length)
      ctx.set(storage.ValidatorPermit, netuid, [true, true, false])
    })
    succeeded(await lab.chain.submitBurnedRegister(people().bob, netuid, people().stranger.hotkey, { until: 'included' }))
    lab.node.newBlock(6)
    const sold = (await lab.chain.readMetagraph(netuid)).neurons.find(({ hotkey }) => hotkey === people().stranger.hotkey)?.uid
    expect(sold).toBe(1)
    await setter.submitIfDue({ round: 1, scores, state: emptyScoring }, new AbortController().signal)
    expect(setter.status()).toMatchObject({ submitted: 1, lastError: null })
    expect(await lab.chain.readWeights(netuid, 0)).toEqual([[2, 65_535]])
  })
})
