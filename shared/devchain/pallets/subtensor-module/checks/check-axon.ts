import type { Context } from '../../../context.ts'
import type { ModuleErrorRef } from '../../../dispatch-error.ts'
import { errors } from '../errors.ts'
import { storage } from '../storage.ts'

const u32Max = 0xffff_ffffn
const u128Max = 2n ** 128n - 1n
const loopback4 = 0x7f00_0001n
const loopback6 = 1n

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
  const last = ctx.get(storage.Axons, netuid, hotkey)?.block ?? 0n
  const limit = ctx.get(storage.ServingRateLimit, netuid)
  if (limit !== 0n && last !== 0n && BigInt(ctx.block) - last < limit) return errors.ServingRateLimitExceeded
  return port === 0 ? errors.InvalidPort : undefined
}

function isServable(ip: bigint, ipType: 4 | 6): boolean {
  return ipType === 4 ? ip < u32Max && ip !== loopback4 : ip !== u128Max && ip !== loopback6
}
