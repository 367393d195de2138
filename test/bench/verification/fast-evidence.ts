const cap = 1e300

/** How evidence is gathered: the shares of cheating that the e-process tries, and the weight of the stream that all answers belong to. */
export interface EvidenceTerms {
  readonly shares: readonly number[]
  /** The miner's other streams see nothing and count 1. */
  readonly weight: number
}

/**
 * The validator's evidence against a miner whose answers are all of one stream (updateEvidence, evidenceOf, minerEvidence), over numbers
 * in place: simulations make hundreds of millions of updates. A test holds the two together, bit for bit.
 */
export function createEvidence({ shares, weight }: EvidenceTerms): (eValue: number) => number {
  const mixture = new Float64Array(shares.length)
  let n = 0
  return eValue => {
    n += 1
    const start = 1 / (n * (n + 1))
    let evidence = 0
    for (let index = 0; index < mixture.length; index++) {
      const share = shares[index] ?? 0
      const value = Math.min(cap, ((mixture[index] ?? 0) + start) * (1 - share + share * eValue))
      mixture[index] = value
      evidence += (value + 1 / (n + 1)) / mixture.length
    }
    return weight * evidence + (1 - weight)
  }
}
