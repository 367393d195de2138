import { ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { bytes } from '../../../scale/collections.ts'
import { accountId } from '../../../scale/hashes.ts'
import { u16, u64 } from '../../../scale/primitives.ts'
import { registerByBurn } from '../registration/register-by-burn.ts'

/** The registration by work of old: its proof is ignored and the signer pays as with burned_register. */
export const register = call({
  index: 6,
  args: { netuid: u16, block_number: u64, nonce: u64, work: bytes, hotkey: accountId, coldkey: accountId },
  pays: 'yes',
  dispatch: (ctx, origin, { netuid, hotkey }) => registerByBurn(ctx, ensureSigned(origin), netuid, hotkey),
})
