import type { ScoreRequest } from '../../shared/engine/engine-port.ts'
import { noiseKey } from '../../shared/protocol/noise-key.ts'
import { unpackTokenIds } from '../../shared/protocol/pack-numbers.ts'
import { samplingOf } from '../../shared/protocol/sampling-of.ts'
import type { Exchange } from '../query/exchange.ts'

/** The one prefill that judging an answer needs; null without an answer. Only for answers that `judgeReceipt` leaves open: it throws PROTO_SHAPE on malformed ids. */
export function scoreRequestOf({ ask, promptIds, miner, arrival }: Exchange): ScoreRequest | null {
  if (arrival.kind === 'none') return null
  const { contentDigest } = arrival.receipt
  const tokenIds = arrival.kind === 'partial' ? arrival.tokenIds : arrival.receipt.tokenIds
  const { requestSeed, choice, scope } = ask.assay
  return {
    promptIds,
    sampling: samplingOf(ask),
    // By now the receipt's content digest is known to be the request's own.
    noiseKey: noiseKey({ requestSeed, contentDigest, choice, scope, hotkey: miner.hotkey }),
    tokenIds: unpackTokenIds(tokenIds),
  }
}
