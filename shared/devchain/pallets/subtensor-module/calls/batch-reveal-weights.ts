import { DispatchError } from '../../../dispatch-error.ts'
import { ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { vec } from '../../../scale/collections.ts'
import { u16, u64 } from '../../../scale/primitives.ts'
import { checkRevealsInPool } from '../checks/check-commits-in-pool.ts'
import { type RevealedWeights, revealWeightsBatch } from '../commits/reveal-weights.ts'
import { errors } from '../errors.ts'

const lists = vec(vec(u16))

/** Shows the weights behind several hashes of one subnet and sets them one after the other, all or none. */
export const batchRevealWeights = call({
  index: 98,
  args: { netuid: u16, uids_list: lists, values_list: lists, salts_list: lists, version_keys: vec(u64) },
  pays: 'no',
  validate: (ctx, origin, args) => checkRevealsInPool(ctx, origin, args, zip(args)),
  dispatch(ctx, origin, args) {
    const reveals = zip(args)
    if (reveals === undefined) throw new DispatchError(errors.InputLengthsUnequal)
    revealWeightsBatch(ctx, { hotkey: ensureSigned(origin), netuid: args.netuid, mecid: 0 }, reveals)
  },
})

interface BatchArguments {
  readonly uids_list: readonly (readonly number[])[]
  readonly values_list: readonly (readonly number[])[]
  readonly salts_list: readonly (readonly number[])[]
  readonly version_keys: readonly bigint[]
}

/** The lists side by side, undefined where one is longer than another. */
function zip({ uids_list, values_list, salts_list, version_keys }: BatchArguments): RevealedWeights[] | undefined {
  const same = [values_list, salts_list, version_keys].every(list => list.length === uids_list.length)
  if (!same) return undefined
  return uids_list.map((uids, item) => ({
    uids,
    values: values_list[item] ?? [],
    salt: salts_list[item] ?? [],
    versionKey: version_keys[item] ?? 0n,
  }))
}
