import { Command } from 'commander'
import { startMiner } from '../../miner/miner.ts'
import type { MinerModules } from '../../miner/modules.ts'
import { minerOptions } from '../../miner/options.ts'
import { realModules } from '../../miner/real-modules.ts'
import { turnAfter } from '../../owner/gallery/parts/turn-after.ts'
import type { Metagraph } from '../../shared/chain/chain-port.ts'
import { type LoadedModel, loadModel } from '../../shared/models/load-model.ts'
import { addOptions, givenFlags } from '../../shared/settings/add-options.ts'
import { loadSettings } from '../../shared/settings/load-settings.ts'

/** Miners that live in this process, with one chain connection, one model and one engine a substitute between them. */
export interface MinerHost {
  /** Starts a miner from the arguments of `assay miner start`. */
  start(args: readonly string[], signal: AbortSignal): Promise<{ stop(): Promise<void> }>
  close(): Promise<void>
}

/** A metagraph this young serves every miner that asks. */
const freshMs = 1_500

/** Makes a host without miners; its turncoats turn after so many answers. */
export function createMinerHost(turncoatAfter: number): MinerHost {
  let chain: ReturnType<typeof realModules.connectChain> | undefined
  const loading = new Map<string, Promise<LoadedModel>>()
  let metagraph: { readonly value: Promise<Metagraph>; readonly atMs: number } | undefined
  const closed = new AbortController()
  const modules: MinerModules = {
    ...realModules,
    async connectChain(options) {
      chain ??= realModules.connectChain({ ...options, signal: closed.signal })
      const connected = await chain
      let seen = false
      return {
        ...connected,
        readMetagraph(netuid) {
          // Who starts must find itself there.
          if (!seen) metagraph = undefined
          seen = true
          if (metagraph === undefined || performance.now() - metagraph.atMs > freshMs) {
            const value = connected.readMetagraph(netuid)
            metagraph = { value, atMs: performance.now() }
          }
          return metagraph.value
        },
        // It belongs to the others too.
        close: async () => {},
      }
    },
    loadModel(folder) {
      const known = loading.get(folder) ?? loadModel(folder)
      loading.set(folder, known)
      return known
    },
    openEngine: async (engine, context, warn) =>
      /turncoat\.[jt]s$/.test(engine)
        ? { engine: await turnAfter(context, turncoatAfter) }
        : await realModules.openEngine(engine, context, warn),
  }
  return {
    async start(args, signal) {
      const command = addOptions(new Command(), minerOptions)
      command.parse([...args.slice(2), '--log-level', 'silent'], { from: 'user' })
      const running = await startMiner(loadSettings(minerOptions, { flags: givenFlags(command, minerOptions) }), modules, signal)
      return { stop: running.stop }
    },
    async close() {
      closed.abort()
      await (await chain)?.close()
    },
  }
}
