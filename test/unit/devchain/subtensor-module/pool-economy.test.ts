import { beforeEach, describe, expect, it } from 'vitest'
import { blockAuthor } from '../../../../shared/devchain/block-author.ts'
import { freeBalance } from '../../../../shared/devchain/pallets/balances/funds.ts'
import { updateMovingPrice } from '../../../../shared/devchain/pallets/subtensor-module/coinbase/update-moving-price.ts'
import { readStake } from '../../../../shared/devchain/pallets/subtensor-module/stake/change-stake.ts'
import { unstakeFromSubnet } from '../../../../shared/devchain/pallets/subtensor-module/stake/unstake-from-subnet.ts'
import { storage } from '../../../../shared/devchain/pallets/subtensor-module/storage.ts'
import { subnetAccount } from '../../../../shared/devchain/pallets/subtensor-module/subnets/subnet-account.ts'
import { swapStorage } from '../../../../shared/devchain/pallets/swap/tables.ts'
import { systemStorage } from '../../../../shared/devchain/pallets/system.ts'
import { readPriceRao } from '../../../../shared/devchain/runtime-apis/simulated-swap.ts'
import { type PalletLab, root } from '../../../support/pallet-lab.ts'
import { createSubnetLab, netuid, owner, strong, tao, validator, weak } from '../../../support/subnet-lab.ts'

let lab: PalletLab
const price = (on = netuid) => Number(readPriceRao(lab.ctx, on)) / 1e9
const read = (entry: typeof storage.SubnetTAO, on = netuid) => lab.ctx.get(entry, on)
const sudo = (name: string, ...args: unknown[]) => lab.run(root, 'adminUtils', name, ...args)

beforeEach(() => {
  lab = createSubnetLab()
})

describe('a swap', () => {
  it('pays its fee to the block’s author, in TAO both ways', () => {
    const before = freeBalance(lab.ctx, blockAuthor)
    lab.run(strong, 'subtensorModule', 'addStake', strong, netuid, 100n * tao)
    const buying = freeBalance(lab.ctx, blockAuthor) - before
    expect(buying).toBe((100n * tao * 33n) / 65_535n)
    lab.run(strong, 'subtensorModule', 'removeStake', strong, netuid, 1_000n * tao)
    const selling = freeBalance(lab.ctx, blockAuthor) - before - buying
    // The alpha of the fee is sold after the rest, at the price that this has left.
    expect(Number(selling) / Number(buying)).toBeGreaterThan(0.85)
    expect(Number(selling) / Number(buying)).toBeLessThan(1)
  })

  it('leaves the subnet’s account with exactly what its reserve says', () => {
    lab.run(strong, 'subtensorModule', 'addStake', strong, netuid, 100n * tao)
    const extra = () => freeBalance(lab.ctx, subnetAccount(netuid)) - read(storage.SubnetTAO)
    // The fees of registrations stay on the account.
    const kept = extra()
    lab.run(strong, 'subtensorModule', 'removeStake', strong, netuid, 30n * tao)
    lab.run(validator, 'subtensorModule', 'swapStake', validator, netuid, 1, 5n * tao)
    expect(extra()).toBe(kept)
  })

  it('is paid for once in a move: where it leaves a subnet, and where it leaves root', () => {
    const fees = () => lab.events().flatMap(({ name, data }) => (/Stake(Added|Removed)$/.test(name) ? [Number(data[5]) > 0] : []))
    for (const on of [0, 1]) lab.ctx.set(storage.SubtokenEnabled, on, true)
    lab.run(validator, 'subtensorModule', 'swapStake', validator, netuid, 1, 2n * tao)
    expect(fees()).toEqual([true, false])
    lab.run(validator, 'subtensorModule', 'swapStake', validator, netuid, 0, 2n * tao)
    lab.nextBlock()
    lab.run(validator, 'subtensorModule', 'swapStake', validator, 0, netuid, tao)
    expect(fees()).toEqual([false, true])
  })

  it('leaves staked what its limit does not let it sell', () => {
    const { ctx } = lab
    const position = { coldkey: validator, hotkey: validator, netuid }
    const before = readStake(ctx, validator, validator, netuid)
    unstakeFromSubnet(ctx, position, before, { limitPriceRao: readPriceRao(ctx, netuid) - 1_000_000n })
    const [, , , sold, , fee] = (lab.events().at(-1)?.data ?? []).map(Number)
    expect((sold ?? 0) > 0 && Number(before) > 2 * (sold ?? 0)).toBe(true)
    expect(Math.abs(Number(before - readStake(ctx, validator, validator, netuid)) - (sold ?? 0) - (fee ?? 0))).toBeLessThanOrEqual(1)
  })

  it('costs what sudo says, within bounds', () => {
    expect(lab.run(owner, 'swap', 'setFeeRate', netuid, 655)).toBe('BadOrigin')
    expect(lab.run(root, 'swap', 'setFeeRate', 99, 655)).toBe('MechanismDoesNotExist')
    expect(lab.run(root, 'swap', 'setFeeRate', netuid, 10_001)).toBe('FeeRateTooHigh')
    expect(lab.run(root, 'swap', 'setFeeRate', netuid, 6_553)).toBe(null)
    const before = freeBalance(lab.ctx, blockAuthor)
    lab.run(strong, 'subtensorModule', 'addStake', strong, netuid, 100n * tao)
    expect(Number(freeBalance(lab.ctx, blockAuthor) - before) / 1e9).toBeCloseTo(10, 2)
    expect(lab.run(owner, 'swap', 'toggleUserLiquidity', netuid, true)).toBe('Deprecated')
    expect(lab.run(owner, 'swap', 'disableLp')).toBe('Deprecated')
  })
})

describe('registering', () => {
  it('buys the alpha that it burns, so that the price rises and nobody holds it', () => {
    const [before, out, burn] = [price(), read(storage.SubnetAlphaOut), lab.ctx.get(storage.Burn, netuid)]
    expect(lab.run(weak, 'subtensorModule', 'burnedRegister', netuid, `0x${'77'.repeat(32)}`)).toBe(null)
    expect(price() / before).toBeCloseTo((1 + Number(burn) / 1e9 / Number(read(storage.SubnetTAO) / tao)) ** 2, 3)
    expect(read(storage.SubnetAlphaOut)).toBe(out)
  })

  it('a second subnet opens at the median price of the others, for twice the lock', () => {
    const median = (price(1) + price(2)) / 2
    expect(lab.run(strong, 'subtensorModule', 'registerNetwork', strong)).toBe(null)
    expect(price(3)).toBeCloseTo(median, 6)
    expect(Number(read(storage.SubnetTAO, 3)) / 1e12).toBeCloseTo(2, 1)
  })

  it('the least lock is what sudo says, and becomes the pool', () => {
    expect(sudo('sudoSetNetworkMinLockCost', 50_000n * tao)).toBe(null)
    lab.run(strong, 'subtensorModule', 'registerNetwork', strong)
    expect(read(storage.SubnetTAO, 3)).toBe(50_000n * tao)
  })
})

describe('the coinbase', () => {
  it('adds no TAO where the subnet’s emission is off, as on every new subnet', () => {
    const before = read(storage.SubnetTAO)
    lab.nextBlock(5)
    expect([read(storage.SubnetTAO), read(storage.SubnetTaoInEmission)]).toEqual([before, 0n])
  })

  it('adds TAO and alpha at the price once it is on, and buys alpha for the rest', () => {
    sudo('sudoSetSubnetEmissionEnabled', netuid, true)
    const before = { price: price(), tao: read(storage.SubnetTAO), issued: lab.ctx.get(storage.TotalIssuance) }
    lab.ctx.set(storage.SubnetTAO, 0, 5_000n * tao)
    lab.nextBlock()
    const [taoIn, alphaIn, excess] = [
      read(storage.SubnetTaoInEmission),
      read(storage.SubnetAlphaInEmission),
      read(storage.SubnetExcessTao),
    ].map(Number)
    expect((taoIn ?? 0) / (alphaIn ?? 1)).toBeCloseTo(before.price, 3)
    expect((taoIn ?? 0) + (excess ?? 0)).toBeGreaterThan(0.999e9)
    expect(excess).toBeGreaterThan(0)
    expect(lab.ctx.get(storage.TotalIssuance) - before.issued).toBe(read(storage.SubnetTAO) - before.tao)
    // Only what was bought back moves the price.
    expect(price() / before.price).toBeCloseTo((1 + (excess ?? 0) / Number(before.tao)) ** 2, 5)
    expect(lab.ctx.get(swapStorage.SwapBalancer, netuid)).not.toBe(5n * 10n ** 17n)
    expect(read(storage.SubnetProtocolAlpha)).toBeGreaterThan(0n)
  })

  it('shares TAO by moving price, less what owners withhold of their miners’ half', () => {
    lab.run(strong, 'subtensorModule', 'registerNetwork', strong)
    lab.run(strong, 'subtensorModule', 'startCall', 3)
    for (const on of [2, 3]) sudo('sudoSetSubnetEmissionEnabled', on, true)
    lab.ctx.set(storage.SubnetMovingPrice, 2, 3n << 31n)
    lab.ctx.set(storage.SubnetMovingPrice, 3, 1n << 31n)
    const got = () => [2, 3].map(on => Number(read(storage.SubnetTaoInEmission, on) + read(storage.SubnetExcessTao, on)) / 1e9)
    lab.nextBlock()
    expect(got()[0]).toBeCloseTo(0.75, 2)
    expect(got()[1]).toBeCloseTo(0.25, 2)
    lab.ctx.set(storage.MinerBurned, 2, 1n << 32n)
    lab.nextBlock()
    expect(got()).toEqual([0, expect.closeTo(1, 2)])
    lab.ctx.set(storage.MinerBurned, 3, 1n << 32n)
    lab.nextBlock()
    expect(got()[0]).toBeCloseTo(0.75, 2)
  })

  // The figures of the runtime's own tests: test_coinbase_moving_prices, test_update_moving_price_initial and _after_time.
  it.each([
    ['a start ten blocks ago hardly moves it', 0.5, 500, 510, 1, 0, 0.001],
    ['a start long ago moves it by the whole factor', 0.5, 500, 144_000_500, 1, 0.5, 0.001],
    ['28 days and 14 steps at a tenth', 0.1, 1, 7_200 * 28, 14, 0.512325, 0.001],
  ])('the moving price: %s', (_, factor, start, block, steps, expected, off) => {
    const { ctx } = lab
    lab.ctx.set(storage.SubnetTAO, netuid, 1_000_000n)
    lab.ctx.set(storage.SubnetAlphaIn, netuid, 1_000_000n)
    ctx.set(storage.SubnetMovingPrice, netuid, 0n)
    ctx.set(storage.SubnetMovingAlpha, BigInt(Math.round(factor * 2 ** 32)))
    ctx.set(storage.FirstEmissionBlockNumber, netuid, BigInt(start))
    ctx.set(systemStorage.Number, block)
    for (let step = 0; step < steps; step += 1) updateMovingPrice(ctx, netuid)
    expect(Math.abs(Number(ctx.get(storage.SubnetMovingPrice, netuid)) / 2 ** 32 - expected)).toBeLessThan(off)
  })
})
