/** What the checks have to read of one answer, token by token; the answer itself is not kept. */
export interface AnswerSample {
  readonly margins: Float32Array
  /** -ln p of the token, and the entropy of its place; both in the distribution drawn from. */
  readonly surprisals: Float32Array
  readonly entropies: Float32Array
  readonly endProbabilities: Float32Array
  /** |p_miner / p_reference - 1| by the larger of the two, from the stated log-probability. */
  readonly drifts: Float32Array
  /** Relative distance of each row's projection; empty where the engine shows no hidden rows. */
  readonly distances: Float32Array
  /** Mean difference of each TOPLOC chunk's values; empty where there are no hidden rows. */
  readonly chunks: Float32Array
  /** Whether it ended by itself. */
  readonly ended: boolean
  /** What a deterministic check proves of it, and after how many tokens; null where none does. */
  readonly problem: { readonly code: string; readonly tokens: number } | null
}
