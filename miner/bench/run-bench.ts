import { createProgress, type ProgressStream } from '../../shared/observe/create-progress.ts'
import type { SignedBenchmark } from '../../shared/protocol/benchmark.ts'
import { programVersion } from '../../shared/util/program-version.ts'
import type { MinerModules } from '../modules.ts'
import { benchModel, stepsOf } from './bench-model.ts'
import { describeMachine } from './describe-machine.ts'
import { type BenchSettings, engineContextOf, minerSettingsOf } from './options.ts'
import { residentBytes } from './resident-bytes.ts'
import { signBenchmark } from './sign-benchmark.ts'

export interface BenchRun {
  readonly settings: BenchSettings
  readonly modules: Pick<MinerModules, 'loadModel' | 'openEngine' | 'readHotkey' | 'nowMs' | 'monotonicMs'>
  readonly stream?: ProgressStream
  readonly signal: AbortSignal
}

/** Measures every model of the settings on this machine and signs the result; shows its progress. Throws MINER_BENCH, MODEL_*, ENGINE_* and WALLET_*. */
export async function runBench({ settings, modules, stream, signal }: BenchRun): Promise<SignedBenchmark> {
  const { monotonicMs, nowMs } = modules
  // A password is asked for now, not after minutes.
  const hotkey = await modules.readHotkey(minerSettingsOf(settings))
  const folders = [settings.modelFolder, ...(settings.modelFolders ?? [])]
  const batches = settings.benchBatch === 1 ? [1] : [1, settings.benchBatch]
  const progress = createProgress({ label: 'bench', unit: 'steps', nowMs: monotonicMs, ...(stream && { stream }) })
  const steps = folders.length * stepsOf(batches)
  const startedMs = nowMs()
  let done = 0
  const models = []
  try {
    for (const folder of folders) {
      const model = await modules.loadModel(folder)
      models.push(
        await benchModel({
          ...{ model, batches, ms: settings.seconds * 1_000, monotonicMs, residentBytes, signal },
          async openEngine() {
            const context = engineContextOf(settings, model, hotkey.hotkey)
            return (await modules.openEngine(settings.engine, context, text => process.stderr.write(`${text}\n`))).engine
          },
          onStep: what => progress.update(done++, steps, what),
        }),
      )
    }
    progress.update(steps, steps)
  } finally {
    progress.end()
  }
  return signBenchmark(
    {
      ...{ version: 'assay/benchmark/1', program: programVersion(), hotkey: hotkey.hotkey, challenge: settings.challenge ?? null },
      ...{ startedMs, finishedMs: Math.max(startedMs, nowMs()), machine: describeMachine() },
      ...{ engine: { name: settings.engine.slice(0, 200), threads: settings.threads }, models },
    },
    hotkey,
  )
}
