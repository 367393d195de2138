import type { Context } from '../../context.ts'
import { ensure } from '../../dispatch-error.ts'
import { storage } from '../subtensor-module/storage.ts'
import { adminErrors } from './tables.ts'

/** Throws SubnetDoesNotExist, which here is this pallet's own error. */
export function ensureSubnetExists(ctx: Context, netuid: number): void {
  ensure(ctx.get(storage.NetworksAdded, netuid), adminErrors.SubnetDoesNotExist)
}
