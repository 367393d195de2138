import type { Hyperparameters, Metagraph, Neuron } from '../../shared/chain/chain-port.ts'
import { minerKey } from '../challenge/drawn-request.ts'
import type { Intent } from './intent.ts'
import { scoresToWeights, type WeightVector } from './scores-to-weights.ts'

/** A vector with the miners' keys behind its uids, in their order. */
export interface TargetedVector {
  readonly vector: WeightVector
  readonly targets: readonly string[]
}

/**
 * The vector of scores on a metagraph: a uid whose hotkey or registration is not the one that earned the score gets nothing, nor do we
 * ourselves. Under liquid alpha all others get an explicit zero. Null where no score is above zero.
 */
export function buildVector(
  scores: ReadonlyMap<string, number>,
  { neurons }: Pick<Metagraph, 'neurons'>,
  self: Pick<Neuron, 'uid'>,
  hyperparameters: Pick<Hyperparameters, 'maxWeightsLimit' | 'minAllowedWeights' | 'liquidAlphaEnabled'>,
): TargetedVector | null {
  const keepZeros = hyperparameters.liquidAlphaEnabled
  const byUid = new Map<number, number>()
  for (const neuron of neurons) {
    const score = scores.get(minerKey(neuron)) ?? (keepZeros ? 0 : undefined)
    if (score !== undefined && neuron.uid !== self.uid) byUid.set(neuron.uid, score)
  }
  const vector = scoresToWeights(byUid, { ...hyperparameters, keepZeros })
  return vector === null ? null : { vector, targets: vector.uids.map(uid => keyAt(neurons, uid)) }
}

/** An earlier vector without the uids that have become others'; null where nothing of it is left above zero. */
export function repeatVector({ vector, targets }: Pick<Intent, 'vector' | 'targets'>, neurons: readonly Neuron[]): TargetedVector | null {
  const kept = vector.uids.flatMap((uid, index) =>
    keyAt(neurons, uid) === targets[index] ? [{ uid, value: vector.values[index] ?? 0, target: targets[index] ?? '' }] : [],
  )
  if (!kept.some(({ value }) => value > 0)) return null
  return {
    vector: { uids: kept.map(({ uid }) => uid), values: kept.map(({ value }) => value) },
    targets: kept.map(({ target }) => target),
  }
}

function keyAt(neurons: readonly Neuron[], uid: number): string {
  const neuron = neurons[uid]
  return neuron === undefined ? '' : minerKey(neuron)
}
