import type { Context } from '../../../context.ts'
import type { ModuleErrorRef } from '../../../dispatch-error.ts'
import { errors } from '../errors.ts'
import { storage } from '../storage.ts'
import type { ServedAddress } from './check-axon.ts'
import { isServable } from './is-servable.ts'
import { passesServingLimit } from './passes-serving-limit.ts'

/** The same for where metrics are published: the address comes first, and zero is none. */
export function checkPrometheus(ctx: Context, hotkey: string, { netuid, ip, ip_type, port }: ServedAddress): ModuleErrorRef | undefined {
  if (ip_type !== 4 && ip_type !== 6) return errors.InvalidIpType
  if (ip === 0n || !isServable(ip, ip_type)) return errors.InvalidIpAddress
  if (!ctx.get(storage.IsNetworkMember, hotkey, netuid)) return errors.HotKeyNotRegisteredInNetwork
  if (!passesServingLimit(ctx, netuid, ctx.get(storage.Prometheus, netuid, hotkey)?.block ?? 0n)) return errors.ServingRateLimitExceeded
  return port === 0 ? errors.InvalidPort : undefined
}
