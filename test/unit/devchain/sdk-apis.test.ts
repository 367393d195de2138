import { beforeAll, describe, expect, it } from 'vitest'
import type { PalletLab } from '../../support/pallet-lab.ts'
import { createSubnetLab, netuid, strong, tao, validator } from '../../support/subnet-lab.ts'

const key = (account: string) => Buffer.from(account.slice(2), 'hex')
const subnet = Buffer.from([netuid, 0])
const nowhere = Buffer.from([99, 0])

describe('what scripts of the field ask of a node', () => {
  let lab: PalletLab
  const read = (method: string, ...args: Buffer[]) => lab.api('SubnetInfoRuntimeApi', method, ...args).toJSON()

  beforeAll(() => {
    lab = createSubnetLab()
    lab.run(validator, 'subtensorModule', 'setWeights', netuid, [2, 3], [1, 2], 0)
    lab.nextBlock(10)
  })

  it('hyperparameters in both records', () => {
    expect(read('get_subnet_hyperparams', subnet)).toMatchObject({ rho: 10, tempo: 10, maxValidators: 64, liquidAlphaEnabled: false })
    expect(read('get_subnet_hyperparams_v2', subnet)).toMatchObject({
      tempo: 10,
      yumaVersion: 3,
      subnetIsActive: true,
      transfersEnabled: true,
    })
    expect(read('get_subnet_hyperparams', nowhere)).toBe(null)
  })

  it('the subnet’s state by columns', () => {
    const state = read('get_subnet_state', subnet) as Record<string, unknown[]>
    expect(state).toMatchObject({ netuid, rank: [], trust: [], validatorPermit: [true, true, false, false] })
    expect([state.hotkeys, state.totalStake, state.emission].map(column => column?.length)).toEqual([4, 4, 4])
    expect(state.emissionHistory).toEqual([0, 1, 2].map(() => [0, 0, 0, 0]))
  })

  it('all subnets in their order, and one by its netuid', () => {
    const all = read('get_subnets_info_v2') as { netuid: number; subnetworkN: number }[]
    expect(all.map(one => [one.netuid, one.subnetworkN])).toEqual([
      [0, 0],
      [1, 1],
      [netuid, 4],
    ])
    expect(read('get_subnet_info', subnet)).toMatchObject({ netuid, maxAllowedUids: 256, scalingLawPower: 50 })
    expect(read('get_subnet_info_v2', nowhere)).toBe(null)
  })

  it('a subnet’s economy', () => {
    expect(read('get_dynamic_info', subnet)).toMatchObject({ netuid, tempo: 10 })
    expect(read('get_all_dynamic_info')).toHaveLength(3)
    expect(read('get_subnet_account_id', nowhere)).toBe(null)
  })

  it('neurons with their weights and bonds', () => {
    const neurons = lab.api('NeuronInfoRuntimeApi', 'get_neurons', subnet).toJSON() as {
      uid: number
      weights: number[][]
      bonds: number[][]
    }[]
    expect(neurons[1]).toMatchObject({
      uid: 1,
      weights: [
        [2, 32_768],
        [3, 65_535],
      ],
    })
    expect(neurons[1]!.bonds.map(([uid]) => uid)).toEqual([2, 3])
    expect(lab.api('NeuronInfoRuntimeApi', 'get_neuron', subnet, Buffer.from([9, 0])).toJSON()).toBe(null)
  })

  it('a coldkey’s stake everywhere, or one position', () => {
    const all = lab.api('StakeInfoRuntimeApi', 'get_stake_info_for_coldkey', key(validator)).toJSON() as { netuid: number; stake: number }[]
    expect(all.map(one => one.netuid)).toEqual([netuid])
    expect(all[0]!.stake).toBeGreaterThan(Number(100n * tao) - 2)
    const none = lab.api('StakeInfoRuntimeApi', 'get_stake_info_for_hotkey_coldkey_netuid', key(validator), key(strong), subnet).toJSON()
    expect(none).toMatchObject({ stake: 0, isRegistered: true })
  })

  it('prices, which are 1 everywhere', () => {
    expect(lab.api('SwapRuntimeApi', 'current_alpha_price', subnet).toJSON()).toBe(1_000_000_000)
    const amount = Buffer.alloc(8, 1)
    const swap = lab.api('SwapRuntimeApi', 'sim_swap_tao_for_alpha', subnet, amount)
    expect(swap.toHuman()).toMatchObject({ taoFee: '0', alphaSlippage: '0' })
    expect(lab.api('SwapRuntimeApi', 'current_alpha_price_all').toJSON()).toHaveLength(3)
  })
})
