import type { Neuron } from '../../shared/chain/chain-port.ts'

/** What the chain's choice of whom to prune depends on. */
export interface PruneRules {
  readonly block: number
  /** Blocks in which a neuron is immune. */
  readonly immunityPeriod: number
  /** So many neurons out of immunity are always left. */
  readonly minNonImmuneUids: number
  /** Uids of the owner that are never pruned. */
  readonly untouchable: ReadonlySet<number>
}

type Candidate = Pick<Neuron, 'uid' | 'registeredAtBlock' | 'emissionRao'>

/**
 * The uids in the order in which newcomers to a full subnet would take them, if nothing else changed: neurons out of immunity by
 * (emission, registration block, uid), lowest first, as long as more than `minNonImmuneUids` of them are left; then immune ones by the
 * same order. The rest is out of reach.
 */
export function listPruneOrder(neurons: readonly Candidate[], rules: PruneRules): readonly number[] {
  const candidates = neurons.filter(({ uid }) => !rules.untouchable.has(uid)).sort(compareCandidates)
  const immune = candidates.filter(neuron => immunityLeft(neuron, rules) > 0)
  const settled = candidates.filter(neuron => immunityLeft(neuron, rules) === 0)
  const reachable = settled.slice(0, Math.max(0, settled.length - rules.minNonImmuneUids))
  return [...reachable, ...immune].map(({ uid }) => uid)
}

/** Blocks for which a neuron is still immune; 0 once it is not. */
export function immunityLeft(
  { registeredAtBlock }: Pick<Neuron, 'registeredAtBlock'>,
  rules: Pick<PruneRules, 'block' | 'immunityPeriod'>,
): number {
  return Math.max(0, registeredAtBlock + rules.immunityPeriod - rules.block)
}

function compareCandidates(a: Candidate, b: Candidate): number {
  if (a.emissionRao !== b.emissionRao) return a.emissionRao < b.emissionRao ? -1 : 1
  return a.registeredAtBlock - b.registeredAtBlock || a.uid - b.uid
}
