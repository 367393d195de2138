import { ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { accountId } from '../../../scale/hashes.ts'
import { registerOnRoot } from '../registration/register-on-root.ts'

/** A coldkey registers a hotkey on root. */
export const rootRegister = call({
  index: 62,
  args: { hotkey: accountId },
  pays: 'yes',
  dispatch: (ctx, origin, { hotkey }) => registerOnRoot(ctx, ensureSigned(origin), hotkey),
})
