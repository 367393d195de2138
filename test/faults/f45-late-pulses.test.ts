import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { devBeaconSignature } from '../../shared/devchain/pallets/drand/dev-beacon.ts'
import { readLiveIntents } from '../../validator/storage/intent-table.ts'
import { type EmbeddedWeightsLab, openEmbeddedWeightsLab } from '../support/embedded-weights-lab.ts'

const hex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString('hex')}`

describe('F45: the beacon’s pulse is late or never comes', () => {
  let lab: EmbeddedWeightsLab
  /** The round that the first commit waits for, and the epoch in which it is made. */
  let round = 0n
  let committed = 0
  const epoch = async () => (await lab.chain.readEpochState(lab.netuid)).subnetEpochIndex
  const setStorage = (drand: Record<string, unknown>) => lab.chain.callRpc('dev_setStorage', [{ Drand: drand }])

  beforeEach(async () => {
    lab = await openEmbeddedWeightsLab()
    await lab.blocksUntil(async () => (await lab.statuses()).includes('timelocked finalised'))
    const [first] = await readLiveIntents(lab.store, 0)
    round = first?.revealRound ?? 0n
    committed = first?.epoch ?? 0
    // The chain goes on with the round after it, as if that one's pulse had never been brought to it.
    await setStorage({ LastStoredRound: Number(round) })
  }, 60_000)
  afterEach(() => lab.close())

  it('late: the commit is shown as unrevealed, nothing is sent in its place, and it takes effect when the pulse is there', async () => {
    const sent = lab.updates.length
    await lab.blocksUntil(async () => (await epoch()) === committed + 1)
    await lab.blocks(6)
    expect(await lab.row()).toEqual([])
    expect(lab.setter.status()).toMatchObject({ unrevealed: 2, missedTempos: 0, lastError: null })
    // The one of this tempo, as ever.
    expect(lab.updates.length).toBe(sent + 1)
    const signature = devBeaconSignature(round)
    const pulse = { round: Number(round), randomness: hex(createHash('sha256').update(signature).digest()), signature: hex(signature) }
    await setStorage({ Pulses: [[[Number(round)], pulse]] })
    await lab.blocks(1)
    expect(await lab.row()).toHaveLength(2)
    await lab.blocksUntil(async () => (await lab.statuses())[0] === 'timelocked revealed', 5)
  }, 60_000)

  it('never: the commit is noted as expired, no tempo is missed for it, and the next one takes effect', async () => {
    const sent = lab.updates.length
    await lab.blocksUntil(async () => (await epoch()) === committed + 2)
    expect(await lab.row()).toEqual([])
    await lab.blocksUntil(async () => (await epoch()) === committed + 3)
    expect((await lab.statuses()).slice(0, 2)).toEqual(['timelocked expired', 'timelocked revealed'])
    expect(await lab.row()).toHaveLength(2)
    expect(lab.updates.length).toBe(sent + 3)
    expect(lab.setter.status()).toMatchObject({ missedTempos: 0, lastError: null })
  }, 60_000)
})
