import { type ConvictingVerdict, type ConvictionStatement, maxConvictingVerdicts } from '../../shared/protocol/conviction.ts'
import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { calibrationDigestOf } from './build-statement.ts'
import { type StreamEvidence, streamWeights, updateStream } from './evidence/miner-evidence.ts'

/** A conviction as scoring decided it. */
export interface ConvictionDecision {
  readonly key: string
  readonly coldkey: string
  readonly reason: ConvictionStatement['reason']
  readonly evidence: number | null
  readonly before: StreamEvidence
  readonly untilBlock: number
}

export interface ConvictionParts {
  readonly decision: ConvictionDecision
  /** The miner's verdicts of the round, in the order of request ids. */
  readonly verdicts: readonly ConvictingVerdict[]
  readonly round: { readonly number: number; readonly startBlock: number; readonly epoch: number; readonly scoringVersion: string }
  readonly block: number
  readonly subnet: SubnetFile
  readonly validator: string
  readonly netuid: number
}

/** What the validator signs of a conviction; e-values before the last two hundred verdicts of the round are folded into `before`. */
export function buildConviction({ decision, verdicts, round, block, subnet, validator, netuid }: ConvictionParts): ConvictionStatement {
  const { key, coldkey, reason, evidence, untilBlock } = decision
  const folded = verdicts.slice(0, -maxConvictingVerdicts)
  const before = folded.reduce<StreamEvidence>(
    (streams, { eValue, stream }) => (eValue === null || stream === null ? streams : updateStream(streams, stream, eValue, subnet)),
    decision.before,
  )
  const { number, startBlock, epoch, scoringVersion } = round
  return {
    version: 'assay/conviction/1',
    ...{ netuid, validator, miner: key.slice(0, key.indexOf('@')), minerKey: key, coldkey },
    ...{ round: { number, startBlock, epoch }, block, untilBlock, reason, evidence },
    alpha: subnet.evidence.alpha,
    shares: [...subnet.evidence.shares],
    weights: Object.fromEntries(streamWeights(subnet)),
    before: Object.fromEntries(Object.entries(before).map(([name, { n, mixture }]) => [name, { n, mixture: [...mixture] }])),
    verdicts: verdicts.slice(-maxConvictingVerdicts),
    scoringVersion,
    calibrationDigest: calibrationDigestOf(subnet),
  }
}
