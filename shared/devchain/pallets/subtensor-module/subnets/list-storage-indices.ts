import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'
import { storageIndex } from './storage-index.ts'

/** The storage indices of a subnet's mechanisms, mechanism 0's first. */
export function listStorageIndices(ctx: Context, netuid: number): number[] {
  return Array.from({ length: ctx.get(storage.MechanismCountCurrent, netuid) }, (_, mechanism) => storageIndex(netuid, mechanism))
}
