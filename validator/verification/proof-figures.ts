import type { ScoredAnswer } from './checks/answer.ts'
import { fingerprintDistance } from './checks/check-fingerprint.ts'
import { driftOf } from './checks/check-log-prob-drift.ts'
import { topLocMeans } from './checks/check-toploc.ts'
import type { ReferenceStatistics } from './reference-statistics.ts'
import type { Evidence } from './verdict.ts'

/** What the opened rows and the signed log-probabilities come to. */
export function proofFigures(answer: ScoredAnswer): Evidence {
  const { fingerprint, topLoc } = answer.statistics
  const means = topLocMeans(topLoc)
  return {
    logProbDrift: driftOf(answer),
    ...(fingerprint && { fingerprint: fingerprintDistance(fingerprint) }),
    ...(means && {
      toplocExponents: means.exponentMismatches,
      toplocMantissaMean: means.mantissaMean,
      toplocMantissaMedian: means.mantissaMedian,
    }),
  }
}

/** What a reference run says without the rows that the miner opened. */
export function withoutOpening({ fingerprint: _rows, topLoc: _proofs, ...statistics }: ReferenceStatistics): ReferenceStatistics {
  return statistics
}
