import { createHash } from 'node:crypto'
import { roundAt } from '../../../timelock/beacon-times.ts'
import type { Context } from '../../context.ts'
import { devBeaconSignature } from './dev-beacon.ts'
import { drandEvents, drandStorage } from './tables.ts'

/** More rounds than these are not written in one block. */
const mostPerBlock = 25n
/** A chain that missed more rounds than these (a machine that slept) goes on with the newest: nobody waits for the others any more. */
const mostToCatchUp = 250n
/** Pulses that the chain keeps, and how many it forgets in one block at most. */
const mostKept = 216_000n
const mostForgotten = 100

/**
 * Writes the pulses of all rounds whose time had come in the parent block, oldest first, and forgets the oldest ones beyond what is
 * kept. Elsewhere nodes fetch pulses from the beacon and bring them to the chain; this chain is its own beacon.
 */
export function writePulses(ctx: Context): void {
  const { genesis_time, period } = ctx.get(drandStorage.BeaconConfig)
  const newest = BigInt(roundAt({ genesisSec: genesis_time, periodSec: period }, Number(ctx.now)))
  const stored = ctx.get(drandStorage.LastStoredRound)
  const first = newest - stored > mostToCatchUp ? newest - mostPerBlock + 1n : stored + 1n
  const rounds: bigint[] = []
  for (let round = first; round <= newest && round < first + mostPerBlock; round += 1n) rounds.push(round)
  const last = rounds.at(-1)
  if (last === undefined) return
  for (const round of rounds) writePulse(ctx, round)
  ctx.set(drandStorage.LastStoredRound, last)
  if (ctx.get(drandStorage.OldestStoredRound) === 0n) ctx.set(drandStorage.OldestStoredRound, first)
  forgetPulses(ctx, last)
  ctx.deposit(drandEvents.NewPulse, { rounds })
}

function writePulse(ctx: Context, round: bigint): void {
  const signature = devBeaconSignature(round)
  const randomness = Uint8Array.from(createHash('sha256').update(signature).digest())
  ctx.set(drandStorage.Pulses, round, { round, randomness, signature })
}

function forgetPulses(ctx: Context, last: bigint): void {
  let oldest = ctx.get(drandStorage.OldestStoredRound)
  for (let forgotten = 0; forgotten < mostForgotten && last - oldest + 1n > mostKept; forgotten += 1) {
    ctx.remove(drandStorage.Pulses, oldest)
    oldest += 1n
  }
  ctx.set(drandStorage.OldestStoredRound, oldest)
}
