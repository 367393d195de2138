import { beforeEach, describe, expect, it } from 'vitest'
import { storage } from '../../../../shared/devchain/pallets/subtensor-module/storage.ts'
import type { PalletLab } from '../../../support/pallet-lab.ts'
import { createSubnetLab, netuid, owner, strong, validator, weak } from '../../../support/subnet-lab.ts'

let lab: PalletLab
beforeEach(() => {
  lab = createSubnetLab()
})

describe('trimming a subnet', () => {
  const trim = (most: number, who: string = owner) => lab.run(who, 'adminUtils', 'sudoTrimToMaxAllowedUids', netuid, most)

  beforeEach(() => {
    const { ctx } = lab
    ctx.set(storage.MinAllowedUids, netuid, 2)
    ctx.set(storage.ImmunityPeriod, netuid, 1)
    // Uid 2 is paid least; uid 1 has weights and bonds to both miners.
    ctx.set(storage.Emission, netuid, [0n, 50n, 10n, 20n])
    ctx.set(storage.Weights, netuid, 1, [
      [2, 1],
      [3, 65_535],
    ])
    ctx.set(storage.Bonds, netuid, 1, [
      [2, 7],
      [3, 8],
    ])
    ctx.set(storage.Incentive, netuid, [0, 1, 2, 3])
  })

  it('is for the owner, within what the subnet allows', () => {
    expect(trim(3, strong)).toBe('BadOrigin')
    expect(trim(1)).toBe('InvalidValue')
    expect(trim(257)).toBe('InvalidValue')
    lab.ctx.set(storage.ImmunityPeriod, netuid, 5_000)
    expect(trim(3)).toBe('TrimmingWouldExceedMaxImmunePercentage')
  })

  it('removes the worst paid, and the others close ranks in every list', () => {
    const { ctx } = lab
    expect(trim(3)).toBe(null)
    expect(ctx.get(storage.SubnetworkN, netuid)).toBe(3)
    expect([0, 1, 2].map(uid => ctx.get(storage.Keys, netuid, uid))).toEqual([owner, validator, weak])
    expect([ctx.get(storage.Uids, netuid, weak), ctx.has(storage.Uids, netuid, strong)]).toEqual([2, false])
    expect(ctx.get(storage.IsNetworkMember, strong, netuid)).toBe(false)
    expect(ctx.get(storage.Weights, netuid, 1)).toEqual([[2, 65_535]])
    expect(ctx.get(storage.Bonds, netuid, 1)).toEqual([[2, 8]])
    expect(ctx.get(storage.Incentive, netuid)).toEqual([0, 1, 3])
    expect(ctx.get(storage.MaxAllowedUids, netuid)).toBe(3)
    lab.nextBlock(10)
    expect(ctx.get(storage.Emission, netuid)).toHaveLength(3)
    expect(trim(3)).toBe('TxRateLimitExceeded')
  })

  it('never removes the owner, who is paid nothing here', () => {
    expect(trim(2)).toBe(null)
    expect([0, 1].map(uid => lab.ctx.get(storage.Keys, netuid, uid))).toEqual([owner, validator])
  })

  it('only lowers the limit where there are fewer neurons', () => {
    expect(trim(10)).toBe(null)
    expect([lab.ctx.get(storage.MaxAllowedUids, netuid), lab.ctx.get(storage.SubnetworkN, netuid)]).toEqual([10, 4])
  })
})

describe('a subnet’s symbol', () => {
  const utf8 = (text: string) => `0x${Buffer.from(text).toString('hex')}`
  const update = (text: string, who: string = owner) => lab.run(who, 'subtensorModule', 'updateSymbol', netuid, utf8(text))

  it('is one of the chain’s table that no other subnet has', () => {
    expect(update('ζ', strong)).toBe('BadOrigin')
    expect(update('no symbol')).toBe('SymbolDoesNotExist')
    expect(update('α')).toBe('SymbolAlreadyInUse')
    expect(update('γ')).toBe(null)
    expect(lab.events().at(-1)).toMatchObject({ name: 'subtensorModule.SymbolUpdated', data: [netuid, utf8('γ')] })
  })

  it('of a new subnet is the next free one where its own is taken', () => {
    expect(update('γ')).toBe(null)
    lab.run(strong, 'subtensorModule', 'registerNetwork', strong)
    expect(Buffer.from(lab.ctx.get(storage.TokenSymbol, 3)).toString('utf8')).toBe('β')
  })
})
