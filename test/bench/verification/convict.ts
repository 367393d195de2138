import { seededRandom } from '../../support/seeded-random.ts'
import { createEvidence, type EvidenceTerms } from './fast-evidence.ts'

/** An answer as evidence sees it: what it adds, and how many tokens were audited for it. */
export interface WeighedAnswer {
  readonly eValue: number
  readonly tokens: number
  /** A deterministic check fails it. */
  readonly fails: boolean
}

export interface ConvictionSettings extends EvidenceTerms {
  readonly alpha: number
  /** Orders that are gone through, from fixed seeds. */
  readonly orders: number
  /** An order in which this many answers do not convict is given up. */
  readonly mostAnswers: number
  /** Honest answers that come first; their tokens are not counted. */
  readonly before?: { readonly answers: readonly WeighedAnswer[]; readonly count: number }
}

/** Audited tokens and answers until conviction, over the orders; null where that order statistic was never convicted. */
export interface Conviction {
  readonly medianTokens: number | null
  readonly tokens99: number | null
  readonly medianAnswers: number | null
  readonly answers99: number | null
  /** Share of the orders that ended in a conviction. */
  readonly convicted: number
}

const hopelessOrders = 40

/** Goes through a miner's answers in many orders, each drawn with replacement, until the evidence reaches 1/alpha. */
export function measureConviction(answers: readonly WeighedAnswer[], settings: ConvictionSettings): Conviction {
  const runs: ({ tokens: number; answers: number } | null)[] = []
  for (let order = 1; order <= settings.orders; order++) {
    runs.push(goThrough(answers, settings, order))
    // What no order of many convicts need not be gone through thousands of times.
    if (order === hopelessOrders && runs.every(run => run === null)) break
  }
  const convicted = runs.filter(run => run !== null)
  const quantile = (share: number, of: (run: { tokens: number; answers: number }) => number) => {
    const sorted = convicted.map(of).sort((a, b) => a - b)
    return sorted[Math.ceil(share * runs.length) - 1] ?? null
  }
  return {
    medianTokens: quantile(0.5, run => run.tokens),
    tokens99: quantile(0.99, run => run.tokens),
    medianAnswers: quantile(0.5, run => run.answers),
    answers99: quantile(0.99, run => run.answers),
    convicted: runs.length === 0 ? 0 : convicted.length / runs.length,
  }
}

function goThrough(
  answers: readonly WeighedAnswer[],
  { alpha, mostAnswers, before, ...terms }: ConvictionSettings,
  seed: number,
): { tokens: number; answers: number } | null {
  const random = seededRandom(seed)
  const weigh = createEvidence(terms)
  for (let index = 0; index < (before?.count ?? 0); index++) {
    const honest = drawFrom(before?.answers ?? [], random)
    if (honest !== undefined) weigh(honest.eValue)
  }
  let tokens = 0
  for (let index = 1; index <= mostAnswers; index++) {
    const answer = drawFrom(answers, random)
    if (answer === undefined) return null
    tokens += answer.tokens
    if (weigh(answer.eValue) >= 1 / alpha || answer.fails) return { tokens, answers: index }
  }
  return null
}

function drawFrom<T>(values: readonly T[], random: () => number): T | undefined {
  return values[Math.floor(random() * values.length)]
}
