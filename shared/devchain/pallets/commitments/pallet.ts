import { ensureRoot } from '../../origin.ts'
import { call, constant, definePallet } from '../../pallet.ts'
import { u32, u64 } from '../../scale/primitives.ts'
import { revealFields } from './reveal-fields.ts'
import { setCommitment } from './set-commitment.ts'
import { commitmentsErrors, commitmentsEvents, commitmentsId, commitmentsStorage, maxFields } from './tables.ts'

/** What hotkeys publish about themselves. */
export const commitmentsPallet = definePallet({
  id: commitmentsId,
  storage: commitmentsStorage,
  events: commitmentsEvents,
  errors: commitmentsErrors,
  constants: { MaxFields: constant(u32, maxFields), InitialDeposit: constant(u64, 0n), FieldDeposit: constant(u64, 0n) },
  calls: {
    set_commitment: setCommitment,
    set_max_space: call({
      index: 2,
      args: { new_limit: u32 },
      pays: 'yes',
      dispatch(ctx, origin, { new_limit }) {
        ensureRoot(origin)
        ctx.set(commitmentsStorage.MaxSpace, new_limit)
      },
    }),
  },
  hooks: { onInitialize: revealFields },
})
