import type { Context } from '../../../context.ts'
import type { ValueOf } from '../../../scale/codec.ts'
import { storage } from '../storage.ts'
import type { axonInfo } from '../types.ts'

/** Where a hotkey answers; all zero where it never said so. */
export function readAxon(ctx: Context, netuid: number, hotkey: string): ValueOf<typeof axonInfo> {
  const nowhere = { block: 0n, version: 0, ip: 0n, port: 0, ip_type: 0, protocol: 0, placeholder1: 0, placeholder2: 0 }
  return ctx.get(storage.Axons, netuid, hotkey) ?? nowhere
}
