import { DispatchError } from '../dispatch-error.ts'
import type { MultiAddress } from '../frame-types.ts'

/** The account that an address names. Throws CannotLookup for the forms that Subtensor does not resolve. */
export function lookupAccount(address: MultiAddress): string {
  if (address.type !== 'Id') throw new DispatchError({ type: 'CannotLookup' })
  return address.value
}
