import { benchmarkBytes } from '../protocol/benchmark.ts'
import { maxOfferBytes, type OfferPage, offerBytes, type SignedOffer } from '../protocol/offer.ts'
import { sha256Hex } from '../util/sha256-hex.ts'
import { findBenchmarkProblem } from './find-benchmark-problem.ts'
import { readSs58OrNull } from './ss58.ts'
import { verifySr25519 } from './verify-signature.ts'

/** What an offer must be, for the one who asked for it. */
export interface OfferTerms {
  readonly netuid: number
  /** The miner's. */
  readonly hotkey: string
  /** The reader's clock. */
  readonly nowMs: number
}

/** Whether the miner signed this offer for this subnet. Needs waitForCrypto() first. */
export function isSignedOffer({ offer, signature }: SignedOffer, { netuid, hotkey }: Pick<OfferTerms, 'netuid' | 'hotkey'>): boolean {
  if (offer.miner !== hotkey || offer.netuid !== netuid) return false
  const publicKey = readSs58OrNull(hotkey)
  return publicKey !== null && verifySr25519(Buffer.from(signature.slice(2), 'hex'), offerBytes(offer), publicKey)
}

/** Why the offers of a miner cannot be taken, in words; null where they can. A capacity must be that of the benchmark beside it. Needs waitForCrypto() first. */
export function findOfferProblem({ offers, benchmark }: OfferPage, terms: OfferTerms): string | null {
  if (!offers.every(one => isSignedOffer(one, terms))) return "an offer is not this miner's on this subnet"
  if (offers.some(({ offer }) => offerBytes(offer).length > maxOfferBytes)) return `an offer is longer than ${maxOfferBytes} bytes`
  const [standing] = offers
  const claimed = (standing?.offer.models ?? []).filter(({ capacity }) => capacity !== null)
  if (claimed.length === 0) return null
  if (benchmark === null) return 'a capacity is stated without its benchmark'
  const { hotkey, nowMs } = terms
  // An old one is only a claim that is older: what the miner keeps up with is measured all the same.
  const problem = findBenchmarkProblem(benchmark, {
    hotkey,
    challenge: benchmark.benchmark.challenge,
    nowMs,
    maxAgeMs: Number.POSITIVE_INFINITY,
  })
  if (problem !== null) return `the benchmark: ${problem}`
  const digest = sha256Hex(benchmarkBytes(benchmark.benchmark))
  for (const { model, manifestDigest, capacity, benchmarkDigest } of claimed) {
    if (benchmarkDigest !== digest) return `the capacity of ${model} is of another benchmark`
    const measured = benchmark.benchmark.models.find(one => one.manifestDigest === manifestDigest)
    if (measured?.capacity !== capacity) return `the capacity of ${model} is not the one of its benchmark`
  }
  return null
}
