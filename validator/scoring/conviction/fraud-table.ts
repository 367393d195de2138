/** A way to cheat, as the audit plan reckons with it. */
export interface Fraud {
  readonly name: string
  /** What it saves, as a share of the saving that the subnet file names. */
  readonly saving: number
  /** E-values of its audited answers, each as likely as the others. */
  readonly eValues: readonly number[]
  /** The same of an honest miner that is audited in the same way. */
  readonly honest: readonly number[]
}

/** Honest answers of the default model, audited by their tokens alone: most have no wrong token, and speak for it. */
export const honestByTokens: readonly number[] = [0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.75, 0.75, 0.8]
/** The same where the rows behind the receipt are opened too. */
export const honestByOpenings: readonly number[] = [0.2, 0.25, 0.25, 0.25, 0.3, 0.3, 0.3, 0.35, 0.45, 0.5]

const byTokens = { honest: honestByTokens } as const
const byOpenings = { honest: honestByOpenings } as const

/**
 * Strengths as the deciles of the e-values of 80 answers of each, of 16 to 96 tokens of the default model at temperature 1, rounded down. Another model has others: a
 * larger one with more entropy shows every cheat sooner.
 */
export const fraudTable: readonly Fraud[] = [
  { ...byTokens, name: 'smaller model, tokens alone', saving: 1, eValues: [0.7, 0.75, 0.8, 3, 6, 60, 4e3, 8e5, 2e7, 5e9] },
  { ...byOpenings, name: 'smaller model, rows opened', saving: 1, eValues: [4e10, 4e11, 4e11, 4e11, 4e11] },
  { ...byTokens, name: 'int4 weights, tokens alone', saving: 0.6, eValues: [0.7, 0.7, 0.75, 0.8, 1.7, 3.6, 14, 130, 4e3, 3e5] },
  { ...byOpenings, name: 'int4 weights, rows opened', saving: 0.6, eValues: [3e6, 4e11, 4e11, 4e11, 4e11] },
  { ...byOpenings, name: 'int8 weights, rows opened', saving: 0.3, eValues: [0.25, 0.25, 0.3, 0.3, 0.35, 0.45, 0.5, 0.55, 0.55, 1.5] },
  { ...byTokens, name: 'seed ignored, tokens alone', saving: 0.4, eValues: [0.75, 0.8, 0.8, 2e7, 4e11, 4e11, 4e11, 4e11, 4e11, 4e11] },
]

/** Shares of its answers that a cheat substitutes. */
export const cheatedShares: readonly number[] = [1, 0.3, 0.1]
