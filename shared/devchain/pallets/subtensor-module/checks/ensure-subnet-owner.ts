import type { Context } from '../../../context.ts'
import { badOrigin } from '../../../dispatch-error.ts'
import type { Origin } from '../../../origin.ts'
import { storage } from '../storage.ts'

/** The coldkey of a subnet's owner, if it signed; throws BadOrigin for anyone else, sudo included. */
export function ensureSubnetOwner(ctx: Context, origin: Origin, netuid: number): string {
  if (origin.kind !== 'signed' || ctx.get(storage.SubnetOwner, netuid) !== origin.who) throw badOrigin()
  return origin.who
}

/** The owner's coldkey, or undefined for sudo; throws BadOrigin for anyone else. */
export function ensureSubnetOwnerOrRoot(ctx: Context, origin: Origin, netuid: number): string | undefined {
  return origin.kind === 'root' ? undefined : ensureSubnetOwner(ctx, origin, netuid)
}
