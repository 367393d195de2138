/** One thing that was looked at: what was found, and what it was held against. */
export interface BundleLine {
  readonly check: string
  /** Whom a `fail` speaks against: the answer's miner, or the validator that judged it. */
  readonly against: 'miner' | 'validator'
  readonly value: number | string | null
  readonly threshold: number | string | null
  readonly finding: 'pass' | 'fail' | 'inconclusive' | 'absent'
  readonly note: string
}

/** What repeating a judgement came to. */
export interface BundleReport {
  readonly requestId: string
  readonly miner: string
  readonly validator: string
  readonly receiptDigest: string | null
  /** The verdict that the validator signed, and the one reached here. */
  readonly signed: { readonly kind: string; readonly code: string | null; readonly sentence: string }
  readonly reached: { readonly kind: string; readonly code: string | null; readonly sentence: string }
  /** Nothing found speaks against the validator's verdict. */
  readonly same: boolean
  readonly lines: readonly BundleLine[]
  /** What the bundle lacks, each with the checks that were left out for it. */
  readonly absent: readonly string[]
}
