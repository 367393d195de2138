import { ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { vec } from '../../../scale/collections.ts'
import { u8, u16, u64 } from '../../../scale/primitives.ts'
import { checkRevealsInPool } from '../checks/check-commits-in-pool.ts'
import { type RevealedWeights, revealWeights } from '../commits/reveal-weights.ts'

const weights = { uids: vec(u16), values: vec(u16), salt: vec(u16), version_key: u64 }

/** Shows the weights behind a hash that the hotkey committed, and sets them. */
export const revealCommittedWeights = call({
  index: 97,
  args: { netuid: u16, ...weights },
  pays: 'no',
  validate: (ctx, origin, args) => checkRevealsInPool(ctx, origin, args, [revealedBy(args)]),
  dispatch(ctx, origin, args) {
    revealWeights(ctx, { hotkey: ensureSigned(origin), netuid: args.netuid, mecid: 0 }, revealedBy(args))
  },
})

/** Shows the weights of one mechanism behind a hash that the hotkey committed, and sets them. */
export const revealMechanismWeights = call({
  index: 116,
  args: { netuid: u16, mecid: u8, ...weights },
  pays: 'no',
  validate: (ctx, origin, args) => checkRevealsInPool(ctx, origin, args, [revealedBy(args)]),
  dispatch(ctx, origin, args) {
    revealWeights(ctx, { hotkey: ensureSigned(origin), netuid: args.netuid, mecid: args.mecid }, revealedBy(args))
  },
})

interface RevealArguments {
  readonly uids: readonly number[]
  readonly values: readonly number[]
  readonly salt: readonly number[]
  readonly version_key: bigint
}

function revealedBy({ uids, values, salt, version_key }: RevealArguments): RevealedWeights {
  return { uids, values, salt, versionKey: version_key }
}
