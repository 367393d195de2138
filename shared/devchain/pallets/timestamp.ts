import { ensureNone } from '../origin.ts'
import { call, constant, definePallet, type Pallet } from '../pallet.ts'
import { palletId } from '../pallet-id.ts'
import { compact } from '../scale/compact.ts'
import { bool, u64 } from '../scale/primitives.ts'
import { defineStorage, storageValue } from '../storage-entry.ts'

const id = palletId({ name: 'Timestamp', index: 2, path: 'pallet_timestamp::pallet' })

export const timestampStorage = defineStorage(id, {
  Now: storageValue(u64, { default: 0n }),
  DidUpdate: storageValue(bool, { default: false }),
})

/** The pallet of the chain's clock: its one call is the first extrinsic of every block. */
export function timestampPallet(blockTimeMs: number): Pallet {
  return definePallet({
    id,
    storage: timestampStorage,
    constants: { MinimumPeriod: constant(u64, BigInt(Math.floor(blockTimeMs / 2))) },
    calls: {
      set: call({
        index: 0,
        args: { now: compact(u64) },
        pays: 'no',
        class: 'Mandatory',
        validate: (_ctx, origin) => (origin.kind === 'none' ? null : { code: 'Call' }),
        dispatch(ctx, origin, { now }) {
          ensureNone(origin)
          ctx.set(timestampStorage.Now, now)
        },
      }),
    },
    hooks: {
      genesis(ctx, options) {
        ctx.set(timestampStorage.Now, BigInt(options.timestampMs))
      },
    },
  })
}
