import { ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { accountId } from '../../../scale/hashes.ts'
import { u16 } from '../../../scale/primitives.ts'
import { registerByBurn } from '../registration/register-by-burn.ts'

/** A coldkey registers a hotkey at the moving price. */
export const burnedRegister = call({
  index: 7,
  args: { netuid: u16, hotkey: accountId },
  pays: 'yes',
  dispatch: (ctx, origin, { netuid, hotkey }) => registerByBurn(ctx, ensureSigned(origin), netuid, hotkey),
})
