import { beforeEach, describe, expect, it } from 'vitest'
import { claimForSome, drawNumbers } from '../../../../shared/devchain/pallets/subtensor-module/root-claims/claim-for-some.ts'
import { creditRoot } from '../../../../shared/devchain/pallets/subtensor-module/root-claims/credit-root.ts'
import { readOwedQ32 } from '../../../../shared/devchain/pallets/subtensor-module/root-claims/read-owed.ts'
import { readStake } from '../../../../shared/devchain/pallets/subtensor-module/stake/change-stake.ts'
import { storage } from '../../../../shared/devchain/pallets/subtensor-module/storage.ts'
import { type PalletLab, root } from '../../../support/pallet-lab.ts'
import { createSubnetLab, netuid, owner, strong, tao, validator, weak } from '../../../support/subnet-lab.ts'

let lab: PalletLab
const run = (who: string, name: string, ...args: unknown[]) => lab.run(who, 'subtensorModule', name, ...args)
const owed = (coldkey: string) => readOwedQ32(lab.ctx, validator, coldkey, netuid) >> 32n
const held = (coldkey: string, on: number) => readStake(lab.ctx, validator, coldkey, on)

beforeEach(() => {
  lab = createSubnetLab()
  lab.ctx.set(storage.SubtokenEnabled, 0, true)
  run(strong, 'addStake', validator, 0, 300n * tao)
  run(weak, 'addStake', validator, 0, 100n * tao)
})

describe('what root TAO earns', () => {
  it('is put aside at the epoch once subnets together cost more than 1 TAO, and recycled before that', () => {
    const { ctx } = lab
    lab.nextBlock(5)
    expect(ctx.get(storage.PendingRootAlphaDivs, netuid)).toBe(0n)
    ctx.set(storage.SubnetMovingPrice, netuid, 2n << 32n)
    // Else the chain claims it at once.
    ctx.set(storage.NumRootClaim, 0n)
    lab.nextBlock(10)
    // 400 TAO on root weigh about 21 alpha of a thousand issued ones.
    expect(Number(ctx.get(storage.RootAlphaDividendsPerSubnet, netuid, validator)) / 1e9).toBeGreaterThan(0.01)
    expect(Number(owed(strong)) / Number(owed(weak))).toBeCloseTo(3, 4)
  })

  it('belongs to the stake that was there: what comes later has no part in it', () => {
    creditRoot(lab.ctx, validator, netuid, 4n * tao)
    expect([owed(strong), owed(weak)].map(Number)).toEqual([expect.closeTo(3e9, -3), expect.closeTo(1e9, -3)])
    run(owner, 'addStake', validator, 0, 400n * tao)
    expect(Number(owed(owner))).toBeLessThan(10)
    expect(run(strong, 'removeStake', validator, 0, 100n * tao)).toBe(null)
    // A third of the stake takes a third of what was claimable with it.
    expect(Number(owed(strong))).toBeCloseTo(2e9, -3)
  })

  it('goes to the hotkey’s owner where root holds less than it earned', () => {
    const before = held(validator, netuid)
    creditRoot(lab.ctx, validator, netuid, 401n * tao)
    expect(held(validator, netuid) - before).toBeGreaterThan(400n * tao)
    expect(owed(strong)).toBe(0n)
  })
})

describe('claim_root', () => {
  beforeEach(() => creditRoot(lab.ctx, validator, netuid, 4n * tao))

  it('asks for one to five subnets', () => {
    expect(run(strong, 'claimRoot', [])).toBe('InvalidSubnetNumber')
    expect(run(strong, 'claimRoot', [1, 2, 3, 4, 5, 6])).toBe('InvalidSubnetNumber')
    expect(run(strong, 'setRootClaimType', { KeepSubnets: { subnets: [] } })).toBe('InvalidSubnetNumber')
  })

  it('sells the alpha and stakes the TAO on root, unless told otherwise', () => {
    lab.ctx.set(storage.SubnetAlphaOut, netuid, 1_000n * tao)
    const before = held(strong, 0)
    expect(run(strong, 'claimRoot', [netuid])).toBe(null)
    const gained = Number(held(strong, 0) - before) / 1e9
    expect(gained).toBeGreaterThan(3 * 1.1)
    expect(owed(strong)).toBeLessThan(2n)
    expect(lab.events().at(-1)).toMatchObject({ name: 'subtensorModule.RootClaimed' })
    expect(lab.ctx.get(storage.SubnetRootSellTao, netuid)).toBeGreaterThan(3n * tao)
  })

  it.each([
    ['Keep', true],
    [{ KeepSubnets: { subnets: [netuid] } }, true],
    [{ KeepSubnets: { subnets: [1] } }, false],
  ])('does what the coldkey wished: %j', (wish, keeps) => {
    expect(run(strong, 'setRootClaimType', wish)).toBe(null)
    const before = held(strong, netuid)
    expect(run(strong, 'claimRoot', [netuid])).toBe(null)
    expect(held(strong, netuid) - before > 2n * tao).toBe(keeps)
  })

  it('waits below the threshold, which an owner sets within bounds', () => {
    expect(run(owner, 'sudoSetRootClaimThreshold', netuid, 10_000_001n)).toBe('InvalidRootClaimThreshold')
    expect(run(strong, 'sudoSetRootClaimThreshold', netuid, 1n)).toBe('BadOrigin')
    expect(run(owner, 'sudoSetRootClaimThreshold', netuid, 10_000_000n)).toBe(null)
    lab.ctx.set(storage.RootClaimable, validator, [[netuid, 1n << 16n]])
    const before = owed(strong)
    run(strong, 'claimRoot', [netuid])
    expect(owed(strong)).toBe(before)
  })

  it('is done by the chain for coldkeys with root stake, some in each block', () => {
    run(strong, 'setRootClaimType', 'Keep')
    claimForSome(lab.ctx)
    expect(owed(strong)).toBeLessThan(2n)
    expect(lab.run(root, 'subtensorModule', 'sudoSetNumRootClaims', 51)).toBe('InvalidNumRootClaim')
    expect(lab.run(root, 'subtensorModule', 'sudoSetNumRootClaims', 0)).toBe(null)
  })

  it('numbers coldkeys without gaps', () => {
    const { ctx } = lab
    const numbers = () => [0n, 1n, 2n].map(number => ctx.get(storage.StakingColdkeysByIndex, number))
    expect(numbers()).toEqual([strong, weak, undefined])
    run(strong, 'unstakeAll', validator)
    expect([numbers(), ctx.get(storage.NumStakingColdkeys)]).toEqual([[weak, undefined, undefined], 1n])
  })
})

describe('the draw of a block', () => {
  it('steps through the words of the parent’s hash', () => {
    const words = ['0000000000000001', '0000000000000002', '0000000000000003', '0000000000000004']
    expect(drawNumbers(`0x${words.join('')}`, 5n, 7n)).toEqual([0n, 2n, 4n, 5n])
    expect(drawNumbers(`0x${words.join('')}`, 5n, 0n)).toEqual([])
  })
})
