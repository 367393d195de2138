/** What every request of the table is sampled with, and what its proofs look like. */
export const temperature = 1
export const topK = 50
/** Answers are asked for so many tokens at most, drawn evenly; many end sooner by themselves. */
export const maxTokens = { least: 16, most: 96 } as const

/** Margins count up to here, as in the default subnet file. */
export const marginClip = 0.5
/** Relative distances of fingerprints and drifts of probabilities count up to here: one token must not decide. */
export const distanceClip = 1
/** Numbers a row is projected to: 16 bytes a token. */
export const projections = 8
/** Rows that an audit opens whole. */
export const openedRows = 2
/**
 * TOPLOC as a model of 128 hidden values can bear it: the 32 largest of 8 rows (3 % of the values, as 128 of 32 rows of 128 values would be) in 66 bytes, 8.25 a
 * token.
 */
export const toploc = { k: 32, chunkRows: 8 } as const
/** Counted for every value whose exponent a TOPLOC proof gets wrong; mantissas differ by 127 at most. */
export const exponentMiss = 128

/** A token is stochastic from this entropy on (nats): every distribution whose likeliest token has at most 0.99 reaches it. */
export const stochasticEntropy = -(0.99 * Math.log(0.99) + 0.01 * Math.log(0.01))

export const streamLengths = [1, 3, 10, 30, 100, 300, 1_000, 3_000] as const
export const rates = [1e-2, 1e-3, 1e-4] as const

/** Requests that an engine is given at once, unless a variant says otherwise. */
export const batch = 16

/** How much is collected and simulated. */
export interface Amounts {
  /** Honest answers of each variant of the loosest class together, and of all others together. */
  readonly loosest: number
  readonly others: number
  /** Answers of each cheat. */
  readonly cheat: number
  readonly lifetimes: number
  readonly lifetimeAnswers: number
  /** Orders in which a cheat's answers are gone through until its conviction. */
  readonly orders: number
}

export const fullAmounts: Amounts = {
  loosest: 24_000,
  others: 8_000,
  cheat: 2_000,
  lifetimes: 30_000,
  lifetimeAnswers: 1_000,
  orders: 2_000,
}
export const quickAmounts: Amounts = { loosest: 3_000, others: 1_500, cheat: 150, lifetimes: 2_000, lifetimeAnswers: 1_000, orders: 300 }
