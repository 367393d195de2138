import { beforeAll, describe, expect, it } from 'vitest'
import { storage } from '../../../shared/devchain/pallets/subtensor-module/storage.ts'
import type { PalletLab } from '../../support/pallet-lab.ts'
import { createSubnetLab, netuid, strong, tao, validator } from '../../support/subnet-lab.ts'

const key = (account: string) => Buffer.from(account.slice(2), 'hex')
const subnet = Buffer.from([netuid, 0])
const nowhere = Buffer.from([99, 0])
/** An amount as the runtime reads it. */
const raoBytes = (rao: bigint) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(rao)
  return bytes
}

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

  it('prices: 1 on root, elsewhere the pool’s', () => {
    const { ctx } = lab
    const pool = Number(ctx.get(storage.SubnetTAO, netuid)) / Number(ctx.get(storage.SubnetAlphaIn, netuid))
    const price = Number(lab.api('SwapRuntimeApi', 'current_alpha_price', subnet).toJSON()) / 1e9
    expect(price).toBeCloseTo(pool, 8)
    expect(price).toBeGreaterThan(1.2)
    expect(lab.api('SwapRuntimeApi', 'current_alpha_price_all').toJSON()).toContainEqual({ netuid: 0, price: 1_000_000_000 })
  })

  it('what a swap would give, with its fee and its slippage, and nothing where the pool would refuse', () => {
    const buy = lab.api('SwapRuntimeApi', 'sim_swap_tao_for_alpha', subnet, raoBytes(10n * tao)).toJSON() as Record<string, number>
    expect(buy.taoFee).toBe(Math.floor((10e9 * 33) / 65_535))
    expect(buy.taoAmount).toBe(10e9 - (buy.taoFee ?? 0))
    expect((buy.alphaSlippage ?? 0) / (buy.alphaAmount ?? 1)).toBeCloseTo(10 / 1100, 2)
    const sale = lab.api('SwapRuntimeApi', 'sim_swap_alpha_for_tao', subnet, raoBytes(10n * tao)).toJSON() as Record<string, number>
    expect(sale).toMatchObject({ taoFee: 0, alphaFee: buy.taoFee, alphaSlippage: 0 })
    expect(sale.taoSlippage).toBeGreaterThan(0)
    expect(lab.api('SwapRuntimeApi', 'sim_swap_tao_for_alpha', subnet, raoBytes(2n ** 63n)).toJSON()).toMatchObject({ alphaAmount: 0 })
    expect(lab.api('SwapRuntimeApi', 'sim_swap_tao_for_alpha', Buffer.from([0, 0]), raoBytes(5n)).toJSON()).toMatchObject({
      alphaAmount: 5,
    })
  })

  it('the fee of moving stake, which is none within a position', () => {
    const position = (hotkey: string) => Buffer.concat([Buffer.from([1]), key(hotkey), subnet])
    const fee = (from: Buffer, to: Buffer) =>
      lab.api('StakeInfoRuntimeApi', 'get_stake_fee', from, key(validator), to, key(validator), raoBytes(tao)).toJSON()
    expect(fee(Buffer.from([0]), position(validator))).toBe(503_547)
    expect(fee(position(validator), position(validator))).toBe(0)
  })

  it('delegates with their nominators, and who stakes to whom', () => {
    expect(lab.api('DelegateInfoRuntimeApi', 'get_delegates').toJSON()).toEqual([])
    expect(lab.run(validator, 'subtensorModule', 'rootRegister', validator)).toBe(null)
    const one = lab.api('DelegateInfoRuntimeApi', 'get_delegate', key(validator)).toJSON() as Record<string, unknown>
    expect(one).toMatchObject({ take: 11_796, registrations: [0, netuid], validatorPermits: [netuid] })
    expect(one.nominators).toMatchObject([[expect.any(String), [[netuid, expect.any(Number)]]]])
    const delegated = lab.api('DelegateInfoRuntimeApi', 'get_delegated', key(validator)).toJSON() as [
      { nominators: [] },
      [number, number],
    ][]
    expect(delegated.map(([{ nominators }, [on]]) => [nominators, on])).toEqual([[[], netuid]])
    expect(lab.api('DelegateInfoRuntimeApi', 'get_delegate', key(strong)).toJSON()).toBe(null)
  })

  it('what may be unstaked of a stake: all of it', () => {
    const none = Buffer.from([0])
    const one = Buffer.concat([Buffer.from([4]), key(validator)])
    const map = lab.api('StakeInfoRuntimeApi', 'get_stake_availability_for_coldkeys', one, none).toJSON()
    const [position] = Object.values(map as Record<string, Record<string, { total: number; locked: number; available: number }>>)
    const { total, locked, available } = position?.[netuid] ?? { total: 0, locked: 1, available: 0 }
    expect([total > 0, locked, available]).toEqual([true, 0, total])
    expect(lab.api('StakeInfoRuntimeApi', 'get_coldkey_lock', key(validator), subnet).toJSON()).toBe(null)
  })

  it('which subnet would make room: none while all are immune, then the cheapest', () => {
    expect(read('get_subnet_to_prune')).toBe(null)
    lab.ctx.set(storage.NetworkImmunityPeriod, 1n)
    lab.ctx.set(storage.SubnetMovingPrice, 1, 1n << 32n)
    expect(read('get_subnet_to_prune')).toBe(netuid)
  })
})
