import type { SubnetFile } from '../../../shared/subnet/subnet-file.ts'
import type { Evidence, Verdict } from '../verdict.ts'
import { combineEValues, type EValueParts, type StatisticalCheck, statisticalChecks } from './answer-e-value.ts'
import { modelOfStream } from './stream-name.ts'

/** Checks that do not count in a round, by the word of which control miner. */
export interface Suspension {
  /** Address of its hotkey. */
  readonly control: string
  readonly checks: readonly StatisticalCheck[]
}

const names = { margin: 'marginEValue', fingerprint: 'fingerprintEValue', logProb: 'logProbEValue' } as const

/** The e-values of an answer's checks as a verdict's evidence tells them. */
export function evidenceOfParts(parts: EValueParts): Evidence {
  return Object.fromEntries(statisticalChecks.flatMap(check => (parts[check] === undefined ? [] : [[names[check], parts[check]]])))
}

/** The e-values of an answer's checks from its verdict; none where no audit judged it. */
export function partsOfVerdict({ eValue, evidence }: Pick<Verdict, 'eValue' | 'evidence'>): EValueParts {
  if (eValue === null) return {}
  return Object.fromEntries(
    statisticalChecks.flatMap(check => {
      const part = evidence[names[check]]
      return typeof part === 'number' ? [[check, part]] : []
    }),
  )
}

/**
 * A judged verdict as it counts in a round in which checks are suspended: their e-values are replaced by 1, which an e-value always may
 * be, and the verdict says so and by whose word. Kind, code and work stay: no other check is touched.
 */
export function suspendChecks(verdict: Verdict, { control, checks }: Suspension, { models }: Pick<SubnetFile, 'models'>): Verdict {
  const { eValue, stream, evidence } = verdict
  if (checks.length === 0 || eValue === null || stream === null) return verdict
  const terms = models.find(({ name }) => name === modelOfStream(stream))
  return {
    ...verdict,
    evidence: { ...evidence, suspended: checks.join(' '), control },
    eValue: combineEValues(partsOfVerdict(verdict), terms?.bounds?.checkWeights, checks),
  }
}

/** What a signed verdict says of suspended checks; null where it says nothing that can be read. */
export function suspensionOf({ suspended, control }: Evidence): Suspension | null {
  if (typeof suspended !== 'string' || typeof control !== 'string') return null
  const checks = suspended.split(' ')
  return { control, checks: statisticalChecks.filter(check => checks.includes(check)) }
}
