import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'

/** Forgets what a hotkey serves on a subnet. */
export function clearServing(ctx: Context, netuid: number, hotkey: string): void {
  ctx.remove(storage.Axons, netuid, hotkey)
  ctx.remove(storage.NeuronCertificates, netuid, hotkey)
  ctx.remove(storage.Prometheus, netuid, hotkey)
}
