import { benchmarkBytes, type SignedBenchmark } from '../../shared/protocol/benchmark.ts'
import type { Offer, OfferedModel } from '../../shared/protocol/offer.ts'
import { sha256Hex } from '../../shared/util/sha256-hex.ts'

/** What a miner offers in any epoch. */
export interface OfferTerms {
  readonly netuid: number
  readonly miner: string
  readonly models: readonly Pick<OfferedModel, 'model' | 'manifestDigest' | 'artefact' | 'precision'>[]
  readonly benchmark: SignedBenchmark | null
  readonly priceRao: number
  readonly region: string
  readonly tier: string
}

/** The offer of one epoch: the same terms give the same bytes. A model that the benchmark does not hold states no capacity. */
export function buildOffer({ netuid, miner, models, benchmark, priceRao, region, tier }: OfferTerms, epoch: number): Offer {
  const digest = benchmark === null ? null : sha256Hex(benchmarkBytes(benchmark.benchmark))
  return {
    ...{ version: 'assay/offer/1', netuid, miner, epoch },
    models: models.map(one => {
      const measured = benchmark?.benchmark.models.find(({ manifestDigest }) => manifestDigest === one.manifestDigest)
      return { ...one, capacity: measured?.capacity ?? null, benchmarkDigest: measured === undefined ? null : digest }
    }),
    ...{ priceRao, region, tier },
  }
}
