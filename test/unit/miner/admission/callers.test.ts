import { beforeAll, describe, expect, it } from 'vitest'
import { buildCallers } from '../../../../miner/admission/callers.ts'
import { decodeSs58 } from '../../../../shared/identity/ss58.ts'
import { neuron } from '../../../support/fake-miner-chain.ts'
import { type Cast, castNeurons, openCast } from '../../../support/test-miner.ts'

describe('who may call a miner', () => {
  let cast: Cast
  beforeAll(async () => {
    cast = await openCast()
  })
  const callersOf = (neurons: ReturnType<typeof castNeurons>, minStakeRao = 1_000n) =>
    buildCallers({ neurons }, { selfHotkey: cast.miner.hotkey, minStakeRao, decodeAddress: decodeSs58 })

  it('shares the capacity among admitted callers by stake weight', () => {
    const callers = callersOf(castNeurons(cast))
    expect(callers.get(cast.validator.hotkey)).toEqual({ share: 0.6, publicKey: cast.validator.publicKey })
    expect(callers.get(cast.lesser.hotkey)).toMatchObject({ share: 0.4 })
  })

  it('refuses a neighbour that earned as a miner, whatever stake and permit that brought it', () => {
    expect(callersOf(castNeurons(cast)).get(cast.neighbour.hotkey)).toEqual({ refusal: 'MINER_CALLER_IS_MINER' })
  })

  it('refuses a caller without a permit and one below the least stake', () => {
    const callers = callersOf(
      [
        neuron(0, cast.validator.hotkey, { totalStakeRao: 5_000n }),
        neuron(1, cast.lesser.hotkey, { validatorPermit: true, totalStakeRao: 999n }),
      ],
      1_000n,
    )
    expect(callers.get(cast.validator.hotkey)).toEqual({ refusal: 'MINER_CALLER_NO_PERMIT' })
    expect(callers.get(cast.lesser.hotkey)).toEqual({ refusal: 'MINER_CALLER_STAKE' })
  })

  it('refuses itself', () => {
    const callers = callersOf([neuron(0, cast.miner.hotkey, { validatorPermit: true, totalStakeRao: 9_000n })])
    expect(callers.get(cast.miner.hotkey)).toEqual({ refusal: 'MINER_CALLER_IS_MINER' })
  })

  it('gives no share where nobody has stake', () => {
    expect(callersOf([neuron(0, cast.validator.hotkey, { validatorPermit: true })], 0n).get(cast.validator.hotkey)).toMatchObject({
      share: 0,
    })
  })
})
