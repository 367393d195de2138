import type { Context } from '../../../context.ts'
import type { ModuleErrorRef } from '../../../dispatch-error.ts'
import { errors } from '../errors.ts'
import { storage } from '../storage.ts'
import { isServable } from './is-servable.ts'
import { passesServingLimit } from './passes-serving-limit.ts'

export interface ServedAddress {
  readonly netuid: number
  readonly ip: bigint
  readonly ip_type: number
  readonly port: number
}

/** The first rule that an address to serve breaks, undefined where it breaks none. Zero and private addresses are legal. */
export function checkAxon(ctx: Context, hotkey: string, { netuid, ip, ip_type, port }: ServedAddress): ModuleErrorRef | undefined {
  if (!ctx.get(storage.IsNetworkMember, hotkey, netuid)) return errors.HotKeyNotRegisteredInNetwork
  if (ip_type !== 4 && ip_type !== 6) return errors.InvalidIpType
  if (!isServable(ip, ip_type)) return errors.InvalidIpAddress
  if (!passesServingLimit(ctx, netuid, ctx.get(storage.Axons, netuid, hotkey)?.block ?? 0n)) return errors.ServingRateLimitExceeded
  return port === 0 ? errors.InvalidPort : undefined
}
