import type { Context } from '../../../context.ts'
import { ensure } from '../../../dispatch-error.ts'
import { errors } from '../errors.ts'
import { storage } from '../storage.ts'

/** Throws MechanismDoesNotExist unless the subnet exists and has the mechanism; every subnet has mechanism 0. */
export function ensureMechanismExists(ctx: Context, netuid: number, mecid: number): void {
  ensure(ctx.get(storage.NetworksAdded, netuid), errors.MechanismDoesNotExist)
  ensure(mecid < ctx.get(storage.MechanismCountCurrent, netuid), errors.MechanismDoesNotExist)
}
