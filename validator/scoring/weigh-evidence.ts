import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { minerEvidence, type StreamEvidence, streamWeights, updateStream } from '../verification/evidence/miner-evidence.ts'
import type { Verdict } from '../verification/verdict.ts'

export interface WeighedEvidence {
  readonly streams: StreamEvidence
  /** Highest evidence on the way, at least 1. */
  readonly peak: number
  /** Evidence at the first crossing of 1/alpha; null where there was none. */
  readonly crossing: number | null
}

/** Takes one miner's verdicts in, in their order; what follows a crossing counts toward the next life. */
export function weighEvidence(before: StreamEvidence, verdicts: readonly Verdict[], subnet: SubnetFile): WeighedEvidence {
  const weights = streamWeights(subnet)
  const bound = 1 / subnet.evidence.alpha
  let streams = before
  let peak = 1
  let crossing: number | null = null
  for (const { eValue, stream } of verdicts) {
    if (eValue === null || stream === null) continue
    streams = updateStream(streams, stream, eValue, subnet)
    const reached = minerEvidence(streams, weights)
    peak = Math.max(peak, reached)
    if (reached < bound) continue
    crossing ??= reached
    streams = {}
  }
  return { streams, peak, crossing }
}
