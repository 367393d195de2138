import { readFile } from 'node:fs/promises'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { findBenchmarkProblem } from '../../shared/identity/find-benchmark-problem.ts'
import { parseSignedBenchmark, type SignedBenchmark } from '../../shared/protocol/benchmark.ts'

/** How old a benchmark may be that an offer is made of: validators take none that is older. */
export const maxBenchmarkAgeMs = 90 * 24 * 3_600_000

/** Reads what `assay miner bench --json` wrote. Throws MINER_BENCHMARK where the file is none, or another hotkey's, or too old. Needs waitForCrypto() first. */
export async function readBenchmark(file: string, hotkey: string, nowMs: number): Promise<SignedBenchmark> {
  try {
    const signed = parseSignedBenchmark(JSON.parse(await readFile(file, 'utf8')))
    const { challenge } = signed.benchmark
    const problem = findBenchmarkProblem(signed, { hotkey, challenge, nowMs, maxAgeMs: maxBenchmarkAgeMs })
    if (problem !== null) throw new Error(problem)
    return signed
  } catch (cause) {
    throw new AssayError('MINER_BENCHMARK', { file, problem: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
}
