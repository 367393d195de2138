import { formatBytes } from '../../shared/observe/create-progress.ts'
import type { SignedBenchmark } from '../../shared/protocol/benchmark.ts'
import { formatTable } from '../../shared/util/format-table.ts'

/** A benchmark as text for a terminal. */
export function renderBenchmark({ benchmark, signature }: SignedBenchmark): string {
  const { machine, engine, models, hotkey } = benchmark
  const rows = models.flatMap(({ model, rates }) =>
    rates.map(({ batch, promptTokens, prefill, decode }) => [
      ...[model, String(batch), `${prefill.toFixed(0)} (${promptTokens} each)`, decode.toFixed(1)],
    ]),
  )
  return [
    `${machine.processor}, ${machine.cores} cores, ${formatBytes(machine.memoryBytes)}, ${machine.platform} ${machine.architecture}`,
    `engine ${engine.name}, ${engine.threads} ${engine.threads === 1 ? 'thread' : 'threads'}`,
    '',
    formatTable(['model', 'batch', 'prompt tokens/s', 'output tokens/s'], rows),
    '',
    ...models.map(({ model, provider, capacity, openMs, weightBytes, kvBytes, kvLimitBytes, residentBytes }) =>
      [
        `${model} on ${provider}: capacity ${capacity.toFixed(0)} tokens/s, open after ${(openMs / 1_000).toFixed(1)} s`,
        `weights ${formatBytes(weightBytes)}`,
        kvLimitBytes === 0 ? 'KV memory not told' : `KV memory ${formatBytes(kvBytes)} of ${formatBytes(kvLimitBytes)}`,
        residentBytes === null ? 'memory not told' : `memory ${formatBytes(residentBytes)}`,
      ].join(', '),
    ),
    `signed by ${hotkey}: ${signature.slice(0, 18)}...`,
  ].join('\n')
}
