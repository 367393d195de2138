import type { Generation } from '../../shared/engine/engine-port.ts'
import type { Ask } from '../../shared/protocol/ask.ts'
import { floatBytes, packTokenIds } from '../../shared/protocol/pack-numbers.ts'
import type { Receipt } from '../../shared/protocol/receipt.ts'
import type { Sampling } from '../../shared/protocol/sampling.ts'
import { sha256Hex } from '../../shared/util/sha256-hex.ts'

/** One exchange as this miner saw it. */
export interface Served {
  readonly ask: Ask
  readonly miner: string
  readonly validator: string
  readonly sampling: Sampling
  readonly promptTokens: number
  readonly promptDigest: string
  readonly contentDigest: string
  readonly generation: Generation
  readonly text: string
  readonly times: Receipt['times']
}

/** A receipt's place in the sequence of its (miner, validator) pair. */
export interface Place {
  readonly sequence: number
  readonly previousDigest: string
}

/** The statement that a miner signs about one exchange. */
export function buildReceipt(served: Served, { sequence, previousDigest }: Place): Receipt {
  const { ask, generation } = served
  return {
    version: 'assay/receipt/1',
    requestId: ask.assay.requestId,
    netuid: ask.assay.netuid,
    miner: served.miner,
    validator: served.validator,
    model: ask.model,
    manifestDigest: ask.assay.manifestDigest,
    offerDigest: null,
    sampling: served.sampling,
    requestSeed: ask.assay.requestSeed,
    scope: ask.assay.scope,
    choice: ask.assay.choice,
    contentDigest: served.contentDigest,
    promptDigest: served.promptDigest,
    promptTokens: served.promptTokens,
    tokenIds: packTokenIds(generation.tokenIds),
    finishReason: generation.finishReason,
    textDigest: sha256Hex(served.text),
    logProbsDigest: sha256Hex(floatBytes(generation.logProbs)),
    times: served.times,
    sequence,
    previousDigest,
  }
}
