import { describe, expect, it } from 'vitest'
import { buildWatchReport, type WatchInput } from '../../../../miner/watch/build-watch-report.ts'
import { listPruneOrder } from '../../../../miner/watch/list-prune-order.ts'
import { renderWatchReport } from '../../../../miner/watch/render-watch-report.ts'
import type { Neuron } from '../../../../shared/chain/chain-port.ts'
import { chooseNeuronToPrune } from '../../../../shared/devchain/pallets/subtensor-module/neurons/choose-neuron-to-prune.ts'
import { storage } from '../../../../shared/devchain/pallets/subtensor-module/storage.ts'
import { waitForCrypto } from '../../../../shared/identity/crypto-ready.ts'
import { pairFromUri } from '../../../../shared/identity/key-pair.ts'
import { createSubnetLab, netuid, tao } from '../../../support/subnet-lab.ts'

await waitForCrypto()
const { hotkey, coldkey } = pairFromUri('//Miner')
const other = pairFromUri('//Other')
const neuron = (uid: number, registeredAtBlock: number, emissionRao: bigint, key = other): Neuron => ({
  ...{ uid, registeredAtBlock, emissionRao, hotkey: key.hotkey, coldkey: key.coldkey, axon: null, active: true, validatorPermit: false },
  ...{ lastUpdateBlock: 0, incentive: 0, dividends: 0, consensus: 0, alphaStakeRao: 0n, taoStakeRao: 0n, totalStakeRao: 0n },
})
const input = (neurons: readonly Neuron[], changes: Partial<WatchInput> = {}): WatchInput => ({
  metagraph: {
    netuid: 1,
    block: 10_000,
    blockHash: '0x',
    tempo: 360,
    ownerHotkey: other.hotkey,
    ownerColdkey: other.coldkey,
    registrationCostRao: 0n,
    neurons,
  },
  ...{
    immunityPeriod: 5_000,
    maxAllowedUids: 4,
    minNonImmuneUids: 1,
    untouchable: new Set([0]),
    blockTimeMs: 12_000,
    alphaPriceRao: 20_000_000n,
  },
  ...changes,
})

describe('the report of a miner', () => {
  const neurons = [neuron(0, 1, 0n), neuron(1, 100, 5n), neuron(2, 200, 2n * tao, { ...other, hotkey, coldkey }), neuron(3, 9_900, 0n)]

  it('counts registrations to the prune line, immunity, and emission a day in alpha and TAO', () => {
    const report = buildWatchReport(hotkey, input(neurons, { minNonImmuneUids: 0 }))
    // 7,200 blocks a day are 20 epochs of 2 alpha each, at 0.02 TAO.
    expect(report).toMatchObject({
      uid: 2,
      registrationsToPrune: 2,
      freeUids: 0,
      immunityLeftBlocks: 0,
      registrationsPerHour: 1,
      hoursToPrune: 2,
    })
    expect(report).toMatchObject({ alphaPerDayRao: 40n * tao, taoPerDayRao: 800_000_000n, danger: true })
    expect(renderWatchReport(report)).toContain('DANGER of being pruned within a day')
    expect(renderWatchReport(report)).toContain('emission            40 alpha a day, 0.8 TAO')
  })

  it('is out of reach while only the last neurons out of immunity are left', () => {
    const report = buildWatchReport(hotkey, input(neurons))
    expect(report).toMatchObject({ registrationsToPrune: null, hoursToPrune: null, danger: false })
  })

  it('counts free uids first, and immunity in blocks and hours', () => {
    const report = buildWatchReport(hotkey, input([neuron(0, 1, 0n), neuron(1, 9_700, 0n, { ...other, hotkey, coldkey })]))
    expect(report).toMatchObject({
      freeUids: 2,
      registrationsToPrune: 3,
      immunityLeftBlocks: 4_700,
      registrationsPerHour: 0,
      danger: false,
    })
    expect(renderWatchReport(report)).toContain('4700 blocks (16 h)')
  })

  it('of a hotkey without a uid is an error', () => {
    expect(() => buildWatchReport('5Nobody', input(neurons))).toThrowError(expect.objectContaining({ code: 'MINER_NOT_REGISTERED' }))
  })
})

describe('the prune order', () => {
  it('begins with the neuron that the embedded chain would prune, whatever emissions and ages are', () => {
    const { ctx } = createSubnetLab()
    const count = ctx.get(storage.SubnetworkN, netuid)
    let state = 7
    const draw = (bound: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return state % bound
    }
    for (let turn = 0; turn < 200; turn++) {
      const neurons = Array.from({ length: count }, (_, uid) => neuron(uid, draw(4) * 5, BigInt(draw(3))))
      const minNonImmuneUids = draw(4)
      const immunityPeriod = draw(25)
      ctx.set(
        storage.Emission,
        netuid,
        neurons.map(({ emissionRao }) => emissionRao),
      )
      ctx.set(storage.MinNonImmuneUids, netuid, minNonImmuneUids)
      ctx.set(storage.ImmunityPeriod, netuid, immunityPeriod)
      for (const { uid, registeredAtBlock } of neurons) ctx.set(storage.BlockAtRegistration, netuid, uid, BigInt(registeredAtBlock))
      // uid 0 is the owner's.
      const order = listPruneOrder(neurons, { block: ctx.block, immunityPeriod, minNonImmuneUids, untouchable: new Set([0]) })
      expect(order[0]).toBe(chooseNeuronToPrune(ctx, netuid))
    }
  })
})
