import type { ChainPort, Metagraph, Neuron, Signer, SubmitOutcome } from '../../shared/chain/chain-port.ts'
import { minerKey } from '../challenge/drawn-request.ts'
import { scoresToWeights, type WeightVector } from './scores-to-weights.ts'

export interface WeightsContext {
  readonly chain: ChainPort
  readonly signer: Signer
  readonly netuid: number
}

/** What became of one look at the weights: a reason to wait, or a vector and its outcome. */
export type WeightsStep =
  | { readonly step: 'wait'; readonly reason: string }
  | { readonly step: 'submitted'; readonly block: number; readonly vector: WeightVector; readonly outcome: SubmitOutcome }

/** Sets weights where the chain would take them now; the metagraph is read right before, so that a uid with a new owner gets nothing. */
export async function submitIfDue(scores: ReadonlyMap<string, number>, context: WeightsContext, signal: AbortSignal): Promise<WeightsStep> {
  const { chain, signer, netuid } = context
  const [metagraph, hyperparameters] = await Promise.all([
    chain.readMetagraph(netuid, undefined, signal),
    chain.readHyperparameters(netuid, undefined, signal),
  ])
  const self = metagraph.neurons.find(neuron => neuron.hotkey === signer.hotkey)
  const wait = (reason: string): WeightsStep => ({ step: 'wait', reason })
  if (self === undefined) return wait('not registered')
  if (!self.validatorPermit) return wait('no permit')
  if (hyperparameters.commitRevealEnabled) return wait('commit-reveal is on, which this version cannot do')
  // A vector a quarter of an epoch keeps the last one fresh without filling blocks on chains whose limit is low.
  const pause = Math.max(hyperparameters.weightsRateLimit, Math.ceil(hyperparameters.tempo / 4))
  if (self.lastUpdateBlock > 0 && metagraph.block - self.lastUpdateBlock < pause) return wait('rate limit')
  const vector = scoresToWeights(scoresByUid(scores, metagraph, self), {
    maxWeightsLimit: hyperparameters.maxWeightsLimit,
    minAllowedWeights: hyperparameters.minAllowedWeights,
  })
  if (vector === null) return wait('no score above zero')
  const weights = { netuid, uids: vector.uids, values: vector.values, versionKey: hyperparameters.weightsVersion }
  const outcome = await chain.submitWeights(signer, weights, { until: 'included', signal })
  return { step: 'submitted', block: metagraph.block, vector, outcome }
}

/** Scores of the neurons that are still who they were when they earned them; ourselves left out. */
export function scoresByUid(scores: ReadonlyMap<string, number>, metagraph: Metagraph, self: Neuron): Map<number, number> {
  const byUid = new Map<number, number>()
  for (const neuron of metagraph.neurons) {
    const score = scores.get(minerKey(neuron))
    if (score !== undefined && neuron.uid !== self.uid) byUid.set(neuron.uid, score)
  }
  return byUid
}
