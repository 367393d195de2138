import { beforeEach, describe, expect, it } from 'vitest'
import { freeBalance } from '../../../../shared/devchain/pallets/balances/funds.ts'
import { readStake } from '../../../../shared/devchain/pallets/subtensor-module/stake/change-stake.ts'
import { storage } from '../../../../shared/devchain/pallets/subtensor-module/storage.ts'
import { systemStorage } from '../../../../shared/devchain/pallets/system.ts'
import type { PalletLab } from '../../../support/pallet-lab.ts'
import { createSubnetLab, netuid, owner, strong, tao, validator, weak } from '../../../support/subnet-lab.ts'

const fresh = `0x${'77'.repeat(32)}`
const child = `0x${'78'.repeat(32)}`

let lab: PalletLab
const run = (who: string, name: string, ...args: unknown[]) => lab.run(who, 'subtensorModule', name, ...args)
const swap = (from: string, to: string, on: number | null = null) => run(validator, 'swapHotkey', from, to, on)

beforeEach(() => {
  lab = createSubnetLab()
})

describe('swap_hotkey', () => {
  it('refuses in the chain’s order', () => {
    expect(swap(strong, fresh)).toBe('NonAssociatedColdKey')
    expect(swap(validator, strong)).toBe('NonAssociatedColdKey')
    expect(swap(validator, validator)).toBe('NewHotKeyIsSameWithOld')
    run(validator, 'burnedRegister', netuid, fresh)
    expect(swap(validator, fresh)).toBe('HotKeyAlreadyRegisteredInSubNet')
    expect(swap(validator, fresh, netuid)).toBe('HotKeyAlreadyRegisteredInSubNet')
    lab.ctx.set(storage.SubtokenEnabled, 0, true)
    run(validator, 'tryAssociateHotkey', child)
    run(validator, 'addStake', child, 0, tao)
    expect(swap(validator, child)).toBe('NewHotKeyNotCleanForRootSwap')
  })

  it('takes over uid, stake, address, family and ownership everywhere, for 0.1 TAO', () => {
    const { ctx } = lab
    run(weak, 'addStake', validator, netuid, 10n * tao)
    lab.run(validator, 'subtensorModule', 'serveAxon', netuid, 1, '0x01020304', 8091, 4, 4, 0, 0)
    ctx.set(storage.ChildKeys, validator, netuid, [[5n, child]])
    ctx.set(storage.ParentKeys, child, netuid, [[5n, validator]])
    const [mine, nominated, funds] = [
      readStake(ctx, validator, validator, netuid),
      readStake(ctx, validator, weak, netuid),
      freeBalance(ctx, validator),
    ]
    expect(swap(validator, fresh)).toBe(null)
    expect(funds - freeBalance(ctx, validator)).toBe(100_000_000n)
    expect(ctx.get(storage.Keys, netuid, 1)).toBe(fresh)
    expect([ctx.get(storage.Uids, netuid, fresh), ctx.has(storage.Uids, netuid, validator)]).toEqual([1, false])
    expect([ctx.get(storage.Owner, fresh), ctx.has(storage.Owner, validator)]).toEqual([validator, false])
    expect(ctx.get(storage.Axons, netuid, fresh)?.port).toBe(8091)
    expect(ctx.get(storage.ChildKeys, fresh, netuid)).toEqual([[5n, child]])
    expect(ctx.get(storage.ParentKeys, child, netuid)).toEqual([[5n, fresh]])
    expect(mine - readStake(ctx, fresh, validator, netuid)).toBeLessThan(2n)
    expect(nominated - readStake(ctx, fresh, weak, netuid)).toBeLessThan(2n)
    expect(ctx.get(storage.StakingHotkeys, weak)).toContain(fresh)
    expect(lab.events().at(-1)?.name).toBe('subtensorModule.HotkeySwapped')
    expect(swap(fresh, child)).toBe('HotKeySetTxRateLimitExceeded')
  })

  it('of a subnet’s owner makes the new one the subnet’s', () => {
    expect(run(owner, 'swapHotkey', owner, fresh, null)).toBe(null)
    expect(lab.ctx.get(storage.SubnetOwnerHotkey, netuid)).toBe(fresh)
  })

  it('may leave the stake behind', () => {
    const before = readStake(lab.ctx, validator, validator, netuid)
    expect(run(validator, 'swapHotkeyV2', validator, fresh, null, true)).toBe(null)
    expect([readStake(lab.ctx, validator, validator, netuid), readStake(lab.ctx, fresh, validator, netuid)]).toEqual([before, 0n])
  })

  it('on one subnet costs less, and is allowed only every 7200 blocks', () => {
    const { ctx } = lab
    expect(swap(validator, fresh, netuid)).toBe('HotKeySwapOnSubnetIntervalNotPassed')
    ctx.set(systemStorage.Number, 7_300)
    const funds = freeBalance(ctx, validator)
    expect(swap(validator, fresh, netuid)).toBe(null)
    expect(funds - freeBalance(ctx, validator)).toBe(1_000_000n)
    expect([ctx.get(storage.Owner, validator), ctx.get(storage.Owner, fresh)]).toEqual([validator, validator])
    expect(lab.events().at(-1)?.name).toBe('subtensorModule.HotkeySwappedOnSubnet')
    ctx.set(systemStorage.Number, 8_400)
    expect(swap(fresh, child, netuid)).toBe('HotKeySwapOnSubnetIntervalNotPassed')
  })
})
