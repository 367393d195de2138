import { beforeAll, describe, expect, it } from 'vitest'
import { storage } from '../../../shared/devchain/pallets/subtensor-module/storage.ts'
import type { PalletLab } from '../../support/pallet-lab.ts'
import { createSubnetLab, netuid, owner, strong, validator, weak } from '../../support/subnet-lab.ts'

const u16 = (value: number) => Uint8Array.of(value & 0xff, value >> 8)
const u16s = (...values: number[]) => Buffer.concat([Uint8Array.of(values.length << 2), ...values.map(u16)])

describe('the runtime APIs, read with the types of the chain’s own metadata', () => {
  let lab: PalletLab
  const read = (trait: string, method: string, ...args: Uint8Array[]): unknown => lab.api(trait, method, ...args).toJSON()
  const hex = (account: string) => lab.registry.createType('AccountId', account).toString()

  beforeAll(() => {
    lab = createSubnetLab()
    lab.run(strong, 'subtensorModule', 'serveAxon', netuid, 7, 2_130_706_434n, 8091, 4, 0, 0, 0)
    lab.run(validator, 'subtensorModule', 'setWeights', netuid, [2, 3], [3, 1], 0)
    lab.nextBlock(10)
  })

  it('get_metagraph gives the whole subnet', () => {
    const metagraph = read('SubnetInfoRuntimeApi', 'get_metagraph', u16(netuid))
    expect(metagraph).toMatchObject({
      netuid,
      ownerHotkey: hex(owner),
      tempo: 10,
      block: lab.ctx.block,
      numUids: 4,
      maxUids: 256,
      commitRevealWeightsEnabled: false,
      hotkeys: [owner, validator, strong, weak].map(hex),
      coldkeys: [owner, validator, strong, weak].map(hex),
      validatorPermit: [true, true, false, false],
      incentives: [0, 0, 49_151, 16_383],
      pruningScore: [],
      trust: [],
      rank: [],
      maxWeightsLimit: 65_535,
      activityCutoff: 138,
    })
    expect(metagraph).toHaveProperty('axons.2', {
      block: 21,
      version: 7,
      ip: 2_130_706_434,
      port: 8091,
      ipType: 4,
      protocol: 0,
      placeholder1: 0,
      placeholder2: 0,
    })
    expect(metagraph).toHaveProperty('alphaStake.2', Number(lab.ctx.get(storage.TotalHotkeyAlpha, strong, netuid)))
  })

  it('get_selective_metagraph gives the fields whose numbers are asked for, an empty identity told from an unasked one', () => {
    const selected = lab.api('SubnetInfoRuntimeApi', 'get_selective_metagraph', u16(netuid), u16s(0, 3, 8, 52, 72, 73, 999))
    expect(selected.toJSON()).toMatchObject({
      netuid,
      name: null,
      tempo: 10,
      hotkeys: [owner, validator, strong, weak].map(hex),
      axons: null,
      commitments: [],
    })
    // netuid 2; name, symbol unasked; identity asked and empty.
    expect(Buffer.from(selected.toU8a()).subarray(0, 6).toString('hex')).toBe('010800000100')
    expect(read('SubnetInfoRuntimeApi', 'get_selective_metagraph', u16(netuid), u16s(8))).toMatchObject({ netuid: 0, tempo: 10 })
  })

  it('get_neurons_lite gives one entry per uid', () => {
    const neurons = read('NeuronInfoRuntimeApi', 'get_neurons_lite', u16(netuid))
    expect(neurons).toHaveLength(4)
    expect(neurons).toHaveProperty('2', {
      hotkey: hex(strong),
      coldkey: hex(strong),
      uid: 2,
      netuid,
      active: true,
      axonInfo: { block: 21, version: 7, ip: 2_130_706_434, port: 8091, ipType: 4, protocol: 0, placeholder1: 0, placeholder2: 0 },
      prometheusInfo: { block: 0, version: 0, ip: 0, port: 0, ipType: 0 },
      stake: [[hex(strong), Number(lab.ctx.get(storage.TotalHotkeyAlpha, strong, netuid))]],
      rank: 0,
      emission: Number(lab.ctx.get(storage.Emission, netuid)[2]),
      incentive: 49_151,
      consensus: 49_151,
      trust: 0,
      validatorTrust: 0,
      dividends: 0,
      lastUpdate: 1,
      validatorPermit: false,
      pruningScore: 65_535,
    })
    expect(read('NeuronInfoRuntimeApi', 'get_neuron_lite', u16(netuid), u16(3))).toMatchObject({ uid: 3 })
    expect(read('NeuronInfoRuntimeApi', 'get_neuron_lite', u16(netuid), u16(4))).toBe(null)
  })

  it('get_subnet_hyperparams_v3 names its values', () => {
    const entries = lab.api('SubnetInfoRuntimeApi', 'get_subnet_hyperparams_v3', u16(netuid)).toHuman()
    expect(entries).toHaveLength(33)
    expect(entries).toContainEqual({ name: 'tempo', value: { U16: '10' } })
    expect(entries).toContainEqual({ name: 'yuma_version', value: { U16: '3' } })
    expect(entries).toContainEqual({ name: 'min_burn', value: { TaoBalance: '500,000' } })
    expect(entries).toContainEqual({ name: 'activity_cutoff_factor', value: { U32: '13,889' } })
    expect(entries).toContainEqual({ name: 'weights_rate_limit', value: { U64: '1' } })
    expect(entries).toContainEqual({ name: 'alpha_sigmoid_steepness', value: { I32F32: { bits: '4,294,967,296,000' } } })
  })

  it('get_next_epoch_start_block gives the sooner of schedule and trigger', () => {
    const scheduled = Number(lab.ctx.get(storage.LastEpochBlock, netuid)) + 10
    expect(read('SubnetInfoRuntimeApi', 'get_next_epoch_start_block', u16(netuid))).toBe(scheduled)
    lab.ctx.set(storage.PendingEpochAt, netuid, BigInt(scheduled - 3))
    expect(read('SubnetInfoRuntimeApi', 'get_next_epoch_start_block', u16(netuid))).toBe(scheduled - 3)
    lab.ctx.remove(storage.PendingEpochAt, netuid)
    lab.ctx.set(storage.Tempo, 1, 0)
    expect(read('SubnetInfoRuntimeApi', 'get_next_epoch_start_block', u16(1))).toBe(null)
  })

  it('say nothing of a subnet that does not exist', () => {
    expect(read('SubnetInfoRuntimeApi', 'get_metagraph', u16(9))).toBe(null)
    expect(read('SubnetInfoRuntimeApi', 'get_selective_metagraph', u16(9), u16s(0))).toBe(null)
    expect(read('SubnetInfoRuntimeApi', 'get_subnet_hyperparams_v3', u16(9))).toBe(null)
    expect(read('NeuronInfoRuntimeApi', 'get_neurons_lite', u16(9))).toEqual([])
  })

  it('get_network_registration_cost gives what the next subnet costs', () => {
    const perBlock = 1_000_000_000_000 / 100_800
    expect(read('SubnetRegistrationRuntimeApi', 'get_network_registration_cost')).toBe(
      2_000_000_000_000 - Math.floor(perBlock) * (lab.ctx.block - 1),
    )
  })
})
