import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EmbeddedWeightsLab, labActor, openEmbeddedWeightsLab } from '../support/embedded-weights-lab.ts'

describe('F65: the owner changes hyperparameters in the middle of an epoch', () => {
  let lab: EmbeddedWeightsLab
  beforeEach(async () => {
    lab = await openEmbeddedWeightsLab()
  }, 60_000)
  afterEach(() => lab.close())

  const ends = (status: string) => lab.blocksUntil(async () => (await lab.statuses()).at(-1) === status)
  const holds = (status: string) => lab.blocksUntil(async () => (await lab.statuses()).includes(status))
  const state = () => lab.chain.readEpochState(lab.netuid)
  /** A few blocks into an epoch. */
  const midEpoch = () => lab.blocksUntil(async () => (await state()).block - (await state()).lastEpochBlock === 4)

  it('commit-reveal: weights take the other way from the next ones on, there and back, and no tempo is missed', async () => {
    await ends('timelocked finalised')
    await midEpoch()
    await lab.sudo('sudoSetCommitRevealWeightsEnabled', false)
    await ends('set-weights finalised')
    expect(new Map(await lab.row()).get(lab.uidOf(labActor('One')))).toBe(65_535)
    await midEpoch()
    await lab.sudo('sudoSetCommitRevealWeightsEnabled', true)
    await ends('timelocked finalised')
    await holds('timelocked revealed')
    expect(lab.setter.status()).toMatchObject({ missedTempos: 0, lastError: null })
    expect(lab.ended).toEqual([])
  }, 60_000)

  it('tempo and reveal period: the windows move with them, and every epoch gets its weights', async () => {
    await ends('timelocked finalised')
    await midEpoch()
    await lab.sudo('sudoSetTempo', 24)
    await lab.sudo('sudoSetCommitRevealWeightsInterval', 2)
    const from = (await state()).subnetEpochIndex
    await lab.blocksUntil(async () => (await state()).subnetEpochIndex === from + 4)
    const { lastEpochBlock, tempo } = await state()
    expect(tempo).toBe(24)
    expect(lab.setter.status()).toMatchObject({ missedTempos: 0, lastError: null })
    // In each of the last epochs, within the window of its end.
    for (const end of [lastEpochBlock, lastEpochBlock - 24])
      expect(lab.updates.filter(block => block >= end - 12 && block < end)).toHaveLength(1)
    expect(await lab.row()).toHaveLength(2)
  }, 60_000)

  it('the most uids: whoever takes over a uid gets nothing of the old score, the others keep theirs', async () => {
    await lab.sudo('sudoSetCommitRevealWeightsEnabled', false)
    await ends('set-weights finalised')
    const [one, two] = lab.miners.map(lab.uidOf)
    // No room is left, nobody is immune: a newcomer takes the place of the weakest.
    const { length } = (await lab.chain.readMetagraph(lab.netuid)).neurons
    const full = {
      SubtensorModule: {
        MaxAllowedUids: [[[lab.netuid], length]],
        ImmunityPeriod: [[[lab.netuid], 0]],
        MinNonImmuneUids: [[[lab.netuid], 0]],
      },
    }
    await lab.chain.callRpc('dev_setStorage', [full])
    const { coldkey } = labActor('Alice')
    await lab.blocks(12)
    const newcomer = labActor('Newcomer').hotkey
    const outcome = await lab.chain.submitBurnedRegister(coldkey, lab.netuid, newcomer.hotkey, { until: 'included' })
    expect(outcome).toMatchObject({ status: 'included' })
    const { neurons } = await lab.chain.readMetagraph(lab.netuid)
    const taken = neurons.find(({ hotkey }) => hotkey === newcomer.hotkey)?.uid
    expect([one, two]).toContain(taken)
    // Weights are built on the finalised chain, which shows the newcomer only now.
    await lab.blocks(3)
    const sent = lab.updates.length
    await lab.blocksUntil(() => lab.updates.length > sent)
    expect(await lab.row()).toEqual([[taken === one ? two : one, 65_535]])
    expect(lab.setter.status()).toMatchObject({ missedTempos: 0, lastError: null })
  }, 60_000)
})
