import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import { AssayError } from '../../shared/errors/assay-error.ts'
import type { MinerModules, OpenedEngine } from '../modules.ts'
import { benchmarkEngine } from './benchmark-engine.ts'
import { meterEngine } from './meter-engine.ts'
import { paceEngine } from './pace-engine.ts'
import { reviveEngine } from './revive-engine.ts'

export interface EngineOptions {
  /** `onnx`, or the path of a plug-in. */
  readonly engine: string
  /** Tokens per second at most; 0 sets no limit. */
  readonly tokenRate: number
  /** Requests that it will be given at the same time. */
  readonly concurrency: number
  readonly context: EngineContext
  /** Megabytes for keys and values; 0 leaves it to the engine. */
  readonly kvMemory?: number
  readonly warn: (text: string) => void
  readonly signal: AbortSignal
}

export interface ServingEngine extends OpenedEngine {
  /** Tokens per second that budgets are made of: the limit, or what the engine was measured at. */
  capacity(): number
}

/** Opens the engine that a miner serves with: restarted when it crashes, then held to its token rate or measured. Throws MINER_ENGINE_MODEL and ENGINE_*. */
export async function openServingEngine(
  modules: Pick<MinerModules, 'openEngine' | 'monotonicMs'>,
  options: EngineOptions,
): Promise<ServingEngine> {
  const { engine: name, tokenRate, concurrency, kvMemory = 0, context, warn, signal } = options
  const { monotonicMs } = modules
  let hooks: Pick<OpenedEngine, 'onReceipt' | 'onOpening' | 'onOffer'> = {}
  const engine = await reviveEngine({
    monotonicMs,
    onCrash: (error, pauseMs) =>
      warn(`the engine failed, next start in ${pauseMs} ms: ${error instanceof Error ? error.message : String(error)}`),
    async open() {
      const opened = await modules.openEngine(
        name,
        { ...context, concurrency, ...(kvMemory > 0 && { kvLimitBytes: kvMemory * 2 ** 20 }) },
        warn,
      )
      hooks = opened
      return opened.engine
    },
  })
  try {
    // A plug-in answers for itself; our own engine must run what the receipts will name.
    if (name === 'onnx' && engine.manifestDigest !== context.model.manifestDigest)
      throw new AssayError('MINER_ENGINE_MODEL', {
        model: context.model.manifest.name,
        found: engine.manifestDigest,
        expected: context.model.manifestDigest,
      })
    const onReceipt: OpenedEngine['onReceipt'] = receipt => hooks.onReceipt?.(receipt) ?? receipt
    const onOpening: OpenedEngine['onOpening'] = statement => (hooks.onOpening === undefined ? statement : hooks.onOpening(statement))
    const onOffer: OpenedEngine['onOffer'] = offer => hooks.onOffer?.(offer) ?? offer
    if (tokenRate > 0)
      return { engine: paceEngine(engine, { tokenRate, monotonicMs }), onReceipt, onOpening, onOffer, capacity: () => tokenRate }
    const metered = meterEngine(engine, monotonicMs)
    await benchmarkEngine(metered.engine, context.model, concurrency, signal)
    return { engine: metered.engine, onReceipt, onOpening, onOffer, capacity: metered.rate }
  } catch (error) {
    await engine.close()
    throw error
  }
}
