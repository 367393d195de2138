import type { Context } from '../../../context.ts'
import { ensure } from '../../../dispatch-error.ts'
import type { ValueOf } from '../../../scale/codec.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { storage } from '../storage.ts'
import type { subnetIdentity } from '../types.ts'

export type SubnetIdentity = ValueOf<typeof subnetIdentity>

const longest = 1_024
const longestShort = 256

/** Stores what a subnet says of itself: its name and Discord handle up to 256 bytes, all else up to 1024. Throws InvalidIdentity. */
export function storeIdentity(ctx: Context, netuid: number, identity: SubnetIdentity): void {
  const legal = Object.values(identity).every(text => text.length <= longest)
  const { subnet_name: name, discord } = identity
  ensure(legal && name.length <= longestShort && discord.length <= longestShort, errors.InvalidIdentity)
  ctx.set(storage.SubnetIdentitiesV3, netuid, identity)
  ctx.deposit(events.SubnetIdentitySet, [netuid])
}
