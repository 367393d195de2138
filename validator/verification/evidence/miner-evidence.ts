import type { SubnetFile } from '../../../shared/subnet/subnet-file.ts'
import { type EvidenceState, emptyEvidence, evidenceOf, updateEvidence } from './evidence-state.ts'
import { streamName } from './stream-name.ts'

/** The e-process of each stream that has seen an answer, by name. Plain JSON. */
export type StreamEvidence = Readonly<Record<string, EvidenceState>>

/** What of a subnet file decides the evidence of a miner. */
export type EvidenceTerms = Pick<SubnetFile, 'models' | 'evidence' | 'requests'>

/** Temperatures in the three bands. */
const organicTemperatures = [0, 0.7, 1]

/**
 * Every stream that a subnet file can produce, with its weight; 1 together. The weights are fixed before any answer: the models share
 * alike, the origins as `organicShare` says (none unless told), the bands of temperature alike. Greedy answers may always be asked for.
 */
export function streamWeights({ models, evidence, requests }: EvidenceTerms): Map<string, number> {
  const weights = new Map<string, number>()
  const organic = evidence.organicShare ?? 0
  for (const { name } of models) {
    const spread = (origin: 'synthetic' | 'organic', temperatures: readonly number[], share: number) => {
      const streams = new Set(temperatures.map(temperature => streamName(origin, name, temperature)))
      for (const stream of streams) weights.set(stream, share / streams.size / models.length)
    }
    spread('synthetic', [0, ...requests.temperatures], 1 - organic)
    if (organic > 0) spread('organic', organicTemperatures, organic)
  }
  return weights
}

/** Takes an e-value into its stream. */
export function updateStream(
  streams: StreamEvidence,
  stream: string,
  eValue: number,
  { evidence: { shares } }: EvidenceTerms,
): StreamEvidence {
  return { ...streams, [stream]: updateEvidence(streams[stream] ?? emptyEvidence(shares), eValue, shares) }
}

/**
 * The evidence against a miner: the mean of its streams' with their weights, a stream without answers counting 1. A mean of e-processes
 * with fixed weights is one: an honest miner reaches 1/alpha at any time with a chance of alpha at most. Streams that the file cannot
 * produce weigh nothing.
 */
export function minerEvidence(streams: StreamEvidence, weights: ReadonlyMap<string, number>): number {
  let sum = 0
  for (const [stream, weight] of weights) {
    const state = streams[stream]
    sum += weight * (state === undefined ? 1 : evidenceOf(state))
  }
  return sum
}
