import { beforeEach, describe, expect, it } from 'vitest'
import { readStakeWeight } from '../../../../shared/devchain/pallets/subtensor-module/stake/read-stake-weight.ts'
import { storage } from '../../../../shared/devchain/pallets/subtensor-module/storage.ts'
import { systemStorage } from '../../../../shared/devchain/pallets/system.ts'
import type { PalletLab } from '../../../support/pallet-lab.ts'
import { createSubnetLab, netuid, strong, tao, validator, weak } from '../../../support/subnet-lab.ts'

const stranger = `0x${'77'.repeat(32)}`
const u64Max = 2n ** 64n - 1n
const half = u64Max / 2n

let lab: PalletLab
const run = (who: string, name: string, ...args: unknown[]) => lab.run(who, 'subtensorModule', name, ...args)
const inPool = (who: string, name: string, ...args: unknown[]) => lab.poolRefusal(who, 'subtensorModule', name, ...args)

beforeEach(() => {
  lab = createSubnetLab()
})

describe('a delegate’s take', () => {
  it('is refused in the pool for its bounds first, then for whose it is', () => {
    lab.ctx.set(storage.MinDelegateTake, 100)
    expect(inPool(strong, 'decreaseTake', validator, 99)).toBe(26)
    expect(inPool(strong, 'increaseTake', stranger, 11_797)).toBe(27)
    expect(inPool(strong, 'increaseTake', stranger, 11_796)).toBe(4)
    expect(inPool(strong, 'increaseTake', validator, 11_796)).toBe(25)
    expect(inPool(validator, 'increaseTake', validator, 11_796)).toBe(null)
  })

  it('comes down at will and goes up once in 216,000 blocks', () => {
    expect(run(strong, 'decreaseTake', stranger, 5)).toBe('HotKeyAccountNotExists')
    expect(run(strong, 'decreaseTake', validator, 5)).toBe('NonAssociatedColdKey')
    expect(run(validator, 'decreaseTake', validator, 1_000)).toBe(null)
    expect(run(validator, 'decreaseTake', validator, 1_000)).toBe('DelegateTakeTooLow')
    expect(run(validator, 'increaseTake', validator, 1_000)).toBe('DelegateTakeTooLow')
    expect(run(validator, 'increaseTake', validator, 11_797)).toBe('DelegateTakeTooHigh')
    expect(run(validator, 'increaseTake', validator, 2_000)).toBe('DelegateTxRateLimitExceeded')
    lab.ctx.set(systemStorage.Number, lab.ctx.block + 216_001)
    expect(run(validator, 'increaseTake', validator, 2_000)).toBe(null)
    expect(lab.ctx.get(storage.Delegates, validator)).toBe(2_000)
    expect(lab.events().at(-1)).toMatchObject({
      name: 'subtensorModule.TakeIncreased',
      data: [expect.any(String), expect.any(String), 2_000],
    })
  })
})

describe('set_children', () => {
  const set = (who: string, hotkey: string, children: (readonly [bigint, string])[], on = netuid) =>
    run(who, 'setChildren', hotkey, on, children)

  it('refuses in the chain’s order', () => {
    const { ctx } = lab
    expect(set(strong, validator, [], 0)).toBe('RegistrationNotPermittedOnRootSubnet')
    expect(set(strong, validator, [], 99)).toBe('SubnetNotExists')
    expect(set(strong, validator, [])).toBe('NonAssociatedColdKey')
    expect(
      set(validator, validator, [
        [1n, validator],
        [1n, validator],
      ]),
    ).toBe('DuplicateChild')
    expect(set(validator, validator, [[1n, validator]])).toBe('InvalidChild')
    const six = [1, 2, 3, 4, 5, 6].map(k => [u64Max, `0x${String(k).repeat(64)}`] as const)
    expect(set(validator, validator, six)).toBe('TooManyChildren')
    expect(set(validator, validator, six.slice(0, 2))).toBe('ProportionOverflow')
    ctx.set(storage.ParentKeys, validator, netuid, [[1n, strong]])
    expect(set(validator, validator, [[1n, strong]])).toBe('ChildParentInconsistency')
    ctx.remove(storage.ParentKeys, validator, netuid)
    ctx.set(storage.StakeThreshold, 2n ** 60n)
    expect(set(validator, validator, [[1n, strong]])).toBe('NotEnoughStakeToSetChildkeys')
    ctx.set(storage.StakeThreshold, 0n)
    expect(set(validator, validator, [[1n, strong]])).toBe(null)
    expect(set(validator, validator, [])).toBe('TxRateLimitExceeded')
  })

  it('waits for its cooldown and then for the epoch, or not at all before the subnet starts', () => {
    const { ctx } = lab
    ctx.set(storage.PendingChildKeyCooldown, 3n)
    expect(set(validator, validator, [[half, strong]])).toBe(null)
    expect(lab.events().at(-1)).toMatchObject({ name: 'subtensorModule.SetChildrenScheduled' })
    lab.nextBlock(4)
    expect(ctx.get(storage.ChildKeys, validator, netuid)).toEqual([])
    lab.nextBlock(10)
    expect(ctx.get(storage.ChildKeys, validator, netuid)).toEqual([[half, strong]])
    expect(ctx.get(storage.ParentKeys, strong, netuid)).toEqual([[half, validator]])
    expect(ctx.has(storage.PendingChildKeys, netuid, validator)).toBe(false)
    ctx.set(storage.SubtokenEnabled, netuid, false)
    ctx.set(systemStorage.Number, ctx.block + 150)
    expect(set(validator, validator, [[5n, weak]])).toBe(null)
    expect(ctx.get(storage.ChildKeys, validator, netuid)).toEqual([[5n, weak]])
    expect([ctx.has(storage.ParentKeys, strong, netuid), ctx.get(storage.ParentKeys, weak, netuid)]).toEqual([false, [[5n, validator]]])
  })
})

describe('lent stake', () => {
  beforeEach(() => {
    lab.ctx.set(storage.ChildKeys, validator, netuid, [[half, strong]])
    lab.ctx.set(storage.ParentKeys, strong, netuid, [[half, validator]])
  })

  it('weighs with the child and no longer with the parent, on root too', () => {
    const { ctx } = lab
    ctx.set(storage.TotalHotkeyAlpha, validator, netuid, 100n * tao)
    ctx.set(storage.TotalHotkeyAlpha, strong, netuid, 10n * tao)
    ctx.set(storage.TotalHotkeyAlpha, validator, 0, 40n * tao)
    // half of u64::MAX is a little less than a half with 32 fraction bits.
    const lent = (100n * tao * (2n ** 31n - 1n)) >> 32n
    const lentTao = (40n * tao * (2n ** 31n - 1n)) >> 32n
    expect(readStakeWeight(ctx, strong, netuid)).toMatchObject({ alpha: 10n * tao + lent, tao: lentTao })
    const parent = readStakeWeight(ctx, validator, netuid)
    expect([parent.alpha + lent - 100n * tao, parent.tao + lentTao - 40n * tao].every(rest => rest >= -1n && rest <= 0n)).toBe(true)
    expect(readStakeWeight(ctx, validator, 0).tao).toBe(40n * tao)
  })

  it('earns for the parent what the child validates, less the child’s take', () => {
    const { ctx } = lab
    const most = (u64Max / 4n) * 3n
    ctx.set(storage.ChildKeys, validator, netuid, [[most, strong]])
    ctx.set(storage.ParentKeys, strong, netuid, [[most, validator]])
    lab.nextBlock(10)
    const before = [validator, strong].map(hotkey => ctx.get(storage.TotalHotkeyAlpha, hotkey, netuid))
    expect(run(strong, 'setWeights', netuid, [3], [1], 0)).toBe(null)
    expect(run(strong, 'setChildkeyTake', strong, netuid, 11_796)).toBe(null)
    lab.nextBlock(10)
    const dividends = ctx.get(storage.Dividends, netuid)
    expect(dividends[2]).toBeGreaterThan(0)
    const [parent, child] = [validator, strong].map((hotkey, k) => ctx.get(storage.TotalHotkeyAlpha, hotkey, netuid) - before[k]!)
    expect(parent! > child!).toBe(true)
    expect(child! > 0n).toBe(true)
  })
})

describe('set_childkey_take', () => {
  it('refuses strangers and what is out of bounds, and lets it go up once in 216,000 blocks', () => {
    lab.ctx.set(storage.MinChildkeyTakePerSubnet, netuid, 10)
    expect(run(strong, 'setChildkeyTake', validator, netuid, 5)).toBe('NonAssociatedColdKey')
    expect(run(validator, 'setChildkeyTake', validator, netuid, 9)).toBe('InvalidChildkeyTake')
    expect(run(validator, 'setChildkeyTake', validator, netuid, 11_797)).toBe('InvalidChildkeyTake')
    expect(run(validator, 'setChildkeyTake', validator, netuid, 20)).toBe(null)
    expect(run(validator, 'setChildkeyTake', validator, netuid, 21)).toBe('TxChildkeyTakeRateLimitExceeded')
    expect(run(validator, 'setChildkeyTake', validator, netuid, 15)).toBe(null)
    expect(lab.ctx.get(storage.ChildkeyTake, validator, netuid)).toBe(15)
  })
})

describe('set_coldkey_auto_stake_hotkey', () => {
  it('sends the incentive of a coldkey’s miners to one hotkey', () => {
    expect(run(strong, 'setColdkeyAutoStakeHotkey', 99, validator)).toBe('SubnetNotExists')
    expect(run(strong, 'setColdkeyAutoStakeHotkey', netuid, stranger)).toBe('HotKeyNotRegisteredInSubNet')
    expect(run(strong, 'setColdkeyAutoStakeHotkey', netuid, validator)).toBe(null)
    expect(run(strong, 'setColdkeyAutoStakeHotkey', netuid, validator)).toBe('SameAutoStakeHotkeyAlreadySet')
    expect(lab.ctx.get(storage.AutoStakeDestination, strong, netuid)).toBe(validator)
  })
})
