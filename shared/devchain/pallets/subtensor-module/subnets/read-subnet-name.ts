import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'

/** What a subnet is called: as its identity says, else nothing more than that it is root or unknown. */
export function readSubnetName(ctx: Context, netuid: number): Uint8Array {
  const given = ctx.get(storage.SubnetIdentitiesV3, netuid)?.subnet_name
  if (given !== undefined && given.length > 0) return given
  return Uint8Array.from(Buffer.from(netuid === 0 ? 'root' : 'unknown', 'utf8'))
}
