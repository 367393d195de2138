import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EmbeddedWeightsLab, openEmbeddedWeightsLab } from '../support/embedded-weights-lab.ts'

describe('F42: the owner raises the version of the weights', () => {
  let lab: EmbeddedWeightsLab
  beforeEach(async () => {
    lab = await openEmbeddedWeightsLab()
    await lab.sudo('sudoSetCommitRevealWeightsEnabled', false)
    await lab.blocksUntil(() => lab.updates.length > 0)
  }, 60_000)
  afterEach(() => lab.close())

  it('and no more are set, under any name: the validator ends with a code of its own and says which version is wanted', async () => {
    await lab.sudo('sudoSetWeightsVersionKey', 7)
    const before = lab.updates.length
    await lab.blocks(25)
    expect(lab.updates).toHaveLength(before)
    expect(lab.setter.status().waiting).toBe('weights version')
    expect(lab.ended).toMatchObject([
      {
        code: 'VALIDATOR_WEIGHTS_VERSION',
        exitCode: 3,
        details: { wanted: 7n, ours: 0n },
        message: expect.stringContaining('wants weights of version 7'),
      },
    ])
    // A supervisor that starts it again changes nothing.
    lab.restart()
    await lab.blocks(25)
    expect(lab.updates).toHaveLength(before)
    expect(lab.ended).toHaveLength(2)
  }, 60_000)

  it.each([
    ['a newer release', { release: 'newer' }],
    ['a version that the operator vouches for', { weightsVersion: 7n }],
  ])(
    'and %s goes on with it',
    async (_, settings) => {
      await lab.sudo('sudoSetWeightsVersionKey', 7)
      await lab.blocks(2)
      const before = lab.updates.length
      lab.restart(undefined, settings)
      await lab.blocksUntil(() => lab.updates.length > before + 1)
      expect(lab.ended).toHaveLength(1)
    },
    60_000,
  )
})
