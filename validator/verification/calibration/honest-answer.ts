/** What one honest answer of the validator's own engine measured against its reference. */
export interface HonestAnswer {
  readonly temperature: number
  /** In logits, one a token. */
  readonly margins: readonly number[]
  /** |stated - reference| log-probability in nats, one a token. */
  readonly drifts: readonly number[]
  /** Relative distances of the projected rows, one a token; null for an engine that shows none. */
  readonly distances: readonly number[] | null
}

/** The answers of one variant. */
export interface VariantAnswers {
  readonly name: string
  readonly precision: string
  readonly engine: string
  readonly answers: readonly HonestAnswer[]
}
