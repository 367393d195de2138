import type { Context } from '../../../context.ts'
import { DispatchError } from '../../../dispatch-error.ts'
import { storage } from '../storage.ts'
import { claimRoot } from './claim-root.ts'

const u64Max = 2n ** 64n - 1n

/** Claims for a few coldkeys with root stake, drawn by the parent block's hash. */
export function claimForSome(ctx: Context): void {
  for (const number of drawNumbers(ctx.parentHash, ctx.get(storage.NumRootClaim), ctx.get(storage.NumStakingColdkeys))) {
    const coldkey = ctx.get(storage.StakingColdkeysByIndex, number)
    if (coldkey === undefined) continue
    try {
      ctx.transact(() => claimRoot(ctx, coldkey))
    } catch (error) {
      // A pool that refuses now is asked again in a later block.
      if (!(error instanceof DispatchError)) throw error
    }
  }
}

/** Up to so many numbers below a count, in ascending order: each steps on from the last by the next of the hash's four u64 (big-endian). */
export function drawNumbers(hash: string, draws: bigint, count: bigint): bigint[] {
  if (count === 0n) return []
  const words = Array.from({ length: 4 }, (_, index) => BigInt(`0x${hash.slice(2 + 16 * index, 18 + 16 * index)}`))
  const drawn = new Set<bigint>()
  let last = words[0] ?? 0n
  for (let draw = 0; draw < Number(draws); draw += 1) {
    const next = last + (words[draw % 4] ?? 0n)
    last = (next > u64Max ? u64Max : next) % count
    drawn.add(last)
  }
  return [...drawn].sort((a, b) => (a < b ? -1 : 1))
}
