import type { Neuron } from '../../shared/chain/chain-port.ts'
import { minerKey } from '../challenge/drawn-request.ts'

/**
 * The scores of miners that hold the same uid, by the same registration, on the finalised chain and on the best one: a uid that was sold in
 * a block that is not final yet must not pass its score on, nor may one that a re-organisation can still take back.
 */
export function scoresOfLasting(
  scores: ReadonlyMap<string, number>,
  final: readonly Neuron[],
  best: readonly Neuron[],
): ReadonlyMap<string, number> {
  const uids = new Map(best.map(neuron => [minerKey(neuron), neuron.uid]))
  const lasting = new Set(final.filter(neuron => uids.get(minerKey(neuron)) === neuron.uid).map(minerKey))
  return new Map([...scores].filter(([key]) => lasting.has(key)))
}
