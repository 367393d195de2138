/** A way to cheat, as the audit plan reckons with it. */
export interface Fraud {
  readonly name: string
  /** What it saves of the cost of an answer; the saving that the subnet file names is what saving all of it would be worth. */
  readonly saving: number
  /** E-values of its audited answers, each as likely as the others. */
  readonly eValues: readonly number[]
  /** The same of an honest miner that is audited in the same way. */
  readonly honest: readonly number[]
}

// All e-values are those of docs/verification.md, section "What one whole answer proves", rounded down to two digits: ten tenths of 2,000 answers of each cheat, and of
// 24,000 honest ones of the loosest class that shows hidden rows. The savings are one minus the costs of the gallery's members.

/** Honest answers of the default model, audited by their tokens alone: most have no wrong token, and speak for it. */
export const honestByTokens: readonly number[] = [0.68, 0.69, 0.7, 0.7, 0.71, 0.72, 0.73, 0.75, 0.78, 0.81]
/** The same where the rows behind the receipt are opened too. */
export const honestByOpenings: readonly number[] = [0.22, 0.24, 0.25, 0.27, 0.28, 0.3, 0.34, 0.38, 0.45, 0.54]

const byTokens = { honest: honestByTokens } as const
const byOpenings = { honest: honestByOpenings } as const

/** A fraud of the table, and the member of the gallery and the kind of evidence that it was measured by. */
export interface MeasuredFraud extends Fraud {
  readonly member: string
  readonly by: 'tokens' | 'proofs'
}

/**
 * The frauds that pay, at temperature 1 on the default model. Another model has other strengths: a larger one with more entropy shows every cheat sooner. Weights of
 * eight bits are convicted by their rows alone: where none are shown, no rate convicts them.
 */
export const fraudTable: readonly MeasuredFraud[] = [
  {
    ...byTokens,
    ...{ name: 'smaller model, tokens alone', member: 'small-sibling', by: 'tokens', saving: 0.45 },
    eValues: [0.75, 0.79, 4.4, 47, 690, 3.8e4, 2.3e6, 6.5e8, 4e11, 4e11],
  },
  {
    ...byOpenings,
    ...{ name: 'smaller model, rows opened', member: 'small-sibling', by: 'proofs', saving: 0.45 },
    eValues: [1e11, 4e11, 4e11, 6e11, 6e11, 6e11, 6e11, 6e11, 1e12, 1e12],
  },
  {
    ...byTokens,
    ...{ name: 'int4 weights, tokens alone', member: 'four-bit-weights', by: 'tokens', saving: 0.7 },
    eValues: [0.72, 0.77, 0.8, 1.8, 6.6, 60, 640, 1.7e4, 1.5e6, 3.1e9],
  },
  {
    ...byOpenings,
    ...{ name: 'int4 weights, rows opened', member: 'four-bit-weights', by: 'proofs', saving: 0.7 },
    eValues: [1e11, 4e11, 4e11, 6e11, 6e11, 6e11, 6e11, 6e11, 6e11, 6e11],
  },
  {
    ...byOpenings,
    ...{ name: 'int8 weights, rows opened', member: 'eight-bit-weights', by: 'proofs', saving: 0.45 },
    eValues: [4.6e9, 4e11, 4e11, 4e11, 4e11, 5.7e11, 6e11, 6e11, 6e11, 6e11],
  },
  {
    ...byTokens,
    ...{ name: 'relayed answers, tokens alone', member: 'relay-to-miner', by: 'tokens', saving: 0.95 },
    eValues: [0.77, 0.8, 2.7e8, 4e11, 4e11, 4e11, 4e11, 4e11, 4e11, 4e11],
  },
  {
    ...byOpenings,
    ...{ name: 'prefill attack, rows opened', member: 'prefill-attack', by: 'proofs', saving: 0.35 },
    eValues: [0.36, 0.47, 3.5, 37, 470, 2e4, 1e6, 3.3e8, 4e11, 4e11],
  },
]

/** Shares of its answers that a cheat substitutes. */
export const cheatedShares: readonly number[] = [1, 0.3, 0.1]
