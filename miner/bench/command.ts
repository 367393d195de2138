import type { Command } from 'commander'
import { addAction } from '../../shared/chain/commands/command-options.ts'
import { printResult } from '../../shared/chain/commands/print-result.ts'
import { stopSignal } from '../../shared/util/stop-signal.ts'
import { benchOptions, checkChallenge } from './options.ts'
import { renderBenchmark } from './render-benchmark.ts'
import { runBench } from './run-bench.ts'

/** Adds `assay miner bench`: what this machine can do, measured and signed. */
export function registerBenchCommand(miner: Command): void {
  const bench = miner
    .command('bench')
    .description('measure prefill and decode tokens/s and memory of each model on this machine, and sign the result')
  addAction(bench, benchOptions, async (settings, command) => {
    checkChallenge(settings)
    const { realModules } = await import('../real-modules.ts')
    const signed = await runBench({ settings, modules: realModules, signal: stopSignal() })
    printResult(command, settings.json, signed, () => renderBenchmark(signed))
  })
}
