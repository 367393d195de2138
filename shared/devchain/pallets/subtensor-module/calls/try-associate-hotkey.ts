import { ensureSigned } from '../../../origin.ts'
import { call } from '../../../pallet.ts'
import { accountId } from '../../../scale/hashes.ts'
import { associateHotkey } from '../neurons/associate-hotkey.ts'

/** A coldkey takes a hotkey that nobody owns; one that is owned already stays, and the call succeeds all the same. */
export const tryAssociateHotkey = call({
  index: 91,
  args: { hotkey: accountId },
  pays: 'yes',
  dispatch: (ctx, origin, { hotkey }) => associateHotkey(ctx, ensureSigned(origin), hotkey),
})
