import type { KeyPair } from '../../shared/identity/key-pair.ts'
import { type Benchmark, benchmarkBytes, type SignedBenchmark } from '../../shared/protocol/benchmark.ts'

/** A benchmark with the hotkey's signature. Needs waitForCrypto() first. */
export function signBenchmark(benchmark: Benchmark, hotkey: KeyPair): SignedBenchmark {
  return { benchmark, signature: `0x${Buffer.from(hotkey.sign(benchmarkBytes(benchmark))).toString('hex')}` }
}
