import { lnSurvival } from '../../../validator/verification/checks/check-end.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import type { AnswerSample } from './answer-sample.ts'
import { distanceClip, marginClip, stochasticEntropy } from './settings.ts'

/** Answers behind each other, token by token. Chunks and ends stand at the token with which they are complete; NaN elsewhere. */
export interface LaidTokens {
  readonly count: number
  /** Clipped, as shares of the clip. */
  readonly margins: Float64Array
  /** -ln p minus the entropy; NaN where the token is masked out. */
  readonly excess: Float64Array
  readonly entropies: Float64Array
  /** NaN where nothing was shown. */
  readonly distances: Float64Array
  readonly drifts: Float64Array
  readonly chunks: Float64Array
  /** -ln of how likely it was to end by then, or to go on to the limit. */
  readonly ends: Float64Array
}

export interface LayOptions {
  readonly chunkRows: number
  /** Only tokens of at least the stochastic entropy; chunks and ends are left out. */
  readonly stochasticOnly?: boolean
}

/** Lays answers out in an order drawn from a fixed seed, so that variants mix. */
export function layTokens(samples: readonly AnswerSample[], { chunkRows, stochasticOnly = false }: LayOptions): LaidTokens {
  const order = shuffle(samples, 1)
  const isKept = ({ entropies }: AnswerSample, place: number) => !stochasticOnly || (entropies[place] ?? 0) >= stochasticEntropy
  let count = 0
  for (const sample of order) for (let place = 0; place < sample.margins.length; place++) if (isKept(sample, place)) count += 1
  const make = () => new Float64Array(count).fill(Number.NaN)
  const [margins, excess, entropies, distances, drifts, chunks, ends] = [make(), make(), make(), make(), make(), make(), make()]
  let at = 0
  for (const sample of order) {
    const length = sample.margins.length
    for (let place = 0; place < length; place++) {
      if (!isKept(sample, place)) continue
      margins[at] = Math.min(sample.margins[place] ?? marginClip, marginClip) / marginClip
      const surprisal = sample.surprisals[place] ?? Number.NaN
      const entropy = sample.entropies[place] ?? 0
      entropies[at] = entropy
      excess[at] = Number.isFinite(surprisal) ? surprisal - entropy : Number.NaN
      distances[at] = clip(sample.distances[place])
      drifts[at] = clip(sample.drifts[place])
      const isLast = place === length - 1
      if (!stochasticOnly && (isLast || (place + 1) % chunkRows === 0))
        chunks[at] = sample.chunks[Math.floor(place / chunkRows)] ?? Number.NaN
      if (!stochasticOnly && isLast) ends[at] = endSurprise(sample)
      at += 1
    }
  }
  return { count, margins, excess, entropies, distances, drifts, chunks, ends }
}

function clip(value: number | undefined): number {
  return value === undefined ? Number.NaN : Math.min(value, distanceClip)
}

function endSurprise({ endProbabilities, ended }: AnswerSample): number {
  const survival = lnSurvival(endProbabilities, endProbabilities.length)
  return ended ? -Math.log(Math.max(Number.MIN_VALUE, -Math.expm1(survival))) : -survival
}

/** The values in another order, drawn from a seed. */
export function shuffle<T>(values: readonly T[], seed: number): T[] {
  const random = seededRandom(seed)
  const order = [...values]
  for (let index = order.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1))
    const [a, b] = [order[index], order[other]]
    if (a === undefined || b === undefined) continue
    order[index] = b
    order[other] = a
  }
  return order
}
