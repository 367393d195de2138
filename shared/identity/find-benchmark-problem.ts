import { benchmarkBytes, type SignedBenchmark } from '../protocol/benchmark.ts'
import { readSs58OrNull } from './ss58.ts'
import { verifySr25519 } from './verify-signature.ts'

/** What a benchmark must be, for the one who asked for it. */
export interface BenchmarkTerms {
  /** Whose it must be. */
  readonly hotkey: string
  /** What was given for it; null where nothing was. */
  readonly challenge: string | null
  /** The reader's clock, and how old it may be. */
  readonly nowMs: number
  readonly maxAgeMs: number
}

/** How far ahead of ours a miner's clock may be. */
const aheadMs = 60_000

/** Why a benchmark is not what was asked for, in words; null where it is. That its figures are true nobody can see from it. Needs waitForCrypto() first. */
export function findBenchmarkProblem({ benchmark, signature }: SignedBenchmark, terms: BenchmarkTerms): string | null {
  const { hotkey, challenge, startedMs, finishedMs } = benchmark
  if (hotkey !== terms.hotkey) return "it is another hotkey's"
  if (challenge !== terms.challenge) return 'it answers another challenge'
  if (finishedMs < startedMs) return 'it ends before it starts'
  if (finishedMs > terms.nowMs + aheadMs) return 'it was made in the future'
  if (startedMs < terms.nowMs - terms.maxAgeMs) return 'it is too old'
  const publicKey = readSs58OrNull(hotkey)
  const bytes = Buffer.from(signature.slice(2), 'hex')
  return publicKey !== null && verifySr25519(bytes, benchmarkBytes(benchmark), publicKey) ? null : 'the signature does not hold'
}
