import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { hotkeyOf } from './score-state.ts'
import { type SettledRound, verdictsByMiner } from './settled-round.ts'

/** How many owners' miners look wrong to the statistical checks in one round. */
export interface RoundFailures {
  /** Distinct coldkeys with a statistically judged answer, and those of them that failed. */
  readonly judged: number
  readonly failed: number
  /** Keys of the miners that failed. */
  readonly failing: ReadonlySet<string>
  /** So many failed that the fault may be ours: convictions by evidence wait, and these answers earn nothing. */
  readonly isMass: boolean
}

/** A miner fails a round where the mean of its e-values reaches this: an honest one does so in one round of a hundred at most. */
const failingMean = 100

/**
 * Looks over a round for a failure of most: a sign of a reference or a calibration that is wrong, and no proof of it. For that who
 * is convicted already counts neither way: sacrificed keys that go on cheating must not hold up the conviction of others.
 */
export function findMassFailure(
  round: SettledRound,
  { evidence: { massFailure } }: Pick<SubnetFile, 'evidence'>,
  isConvicted: (key: string) => boolean,
): RoundFailures {
  const failing = new Set<string>()
  const judged = new Set<string>()
  const failed = new Set<string>()
  const free = { judged: new Set<string>(), failed: new Set<string>() }
  for (const [key, verdicts] of verdictsByMiner(round.verdicts)) {
    const eValues = verdicts.flatMap(({ eValue }) => (eValue === null ? [] : [eValue]))
    if (eValues.length === 0) continue
    const coldkey = round.coldkeys?.[key] ?? hotkeyOf(key)
    const isFree = !isConvicted(key)
    judged.add(coldkey)
    if (isFree) free.judged.add(coldkey)
    if (eValues.reduce((sum, eValue) => sum + eValue, 0) / eValues.length < failingMean) continue
    failing.add(key)
    failed.add(coldkey)
    if (isFree) free.failed.add(coldkey)
  }
  const { share = 1, leastColdkeys = Number.POSITIVE_INFINITY } = massFailure ?? {}
  const isMass = free.judged.size >= leastColdkeys && free.failed.size > share * free.judged.size
  return { judged: judged.size, failed: failed.size, failing, isMass }
}
