/** An e-process of one stream: how many e-values it has seen, and A_n of each share of cheating. Plain JSON. */
export interface EvidenceState {
  readonly n: number
  readonly mixture: readonly number[]
}

/** A_n stops here: far above every bound of conviction, far below overflow, and a smaller A only makes conviction harder. */
const cap = 1e300

/** The state before the first e-value, for as many shares as the subnet file names. */
export function emptyEvidence(shares: readonly number[]): EvidenceState {
  return { n: 0, mixture: shares.map(() => 0) }
}

/**
 * Takes in one e-value: A_n = (A_(n-1) + 1/(n(n+1)))(1 - q + q e) for each share q. The new term is the weight of a cheat that starts
 * here, so a long honest past buys nothing. Only additions and multiplications: every machine gets the same bits.
 */
export function updateEvidence(state: EvidenceState, eValue: number, shares: readonly number[]): EvidenceState {
  if (!(eValue >= 0)) throw new RangeError(`${eValue} is no e-value`)
  const n = state.n + 1
  const mixture = shares.map((q, index) => Math.min(cap, ((state.mixture[index] ?? 0) + 1 / (n * (n + 1))) * (1 - q + q * eValue)))
  return { n, mixture }
}

/** The stream's evidence, 1 before anything was seen: the mean over the shares of M_n = A_n + 1/(n+1), the second term being the cheats still to start. */
export function evidenceOf({ n, mixture }: EvidenceState): number {
  return mixture.reduce((sum, a) => sum + (a + 1 / (n + 1)) / mixture.length, 0)
}

/** log10 of the evidence, for people. */
export function evidenceLog10(state: EvidenceState): number {
  return Math.log10(evidenceOf(state))
}
