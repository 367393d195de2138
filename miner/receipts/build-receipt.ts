import type { Generation } from '../../shared/engine/engine-port.ts'
import type { Ask } from '../../shared/protocol/ask.ts'
import { floatBytes, packTokenIds } from '../../shared/protocol/pack-numbers.ts'
import type { PartialReceipt } from '../../shared/protocol/partial-receipt.ts'
import type { Receipt } from '../../shared/protocol/receipt.ts'
import type { Sampling } from '../../shared/protocol/sampling.ts'
import { sha256Hex } from '../../shared/util/sha256-hex.ts'
import type { Commitment } from './commit-answer.ts'

/** What every receipt of one answer states, partial or final. */
export type ExchangeStatement = Omit<PartialReceipt, 'version' | 'part' | 'tokens' | 'streamDigest' | 'times'>

/** One request as this miner understood it. */
export interface Understood {
  readonly ask: Ask
  readonly miner: string
  readonly validator: string
  /** Of the key that will sign; null for the hotkey itself. */
  readonly certificateDigest: string | null
  readonly sampling: Sampling
  readonly promptTokens: number
  readonly promptDigest: string
  readonly contentDigest: string
  /** Of the offer that it is answered under; null while there is none. */
  readonly offerDigest: string | null
}

/** One exchange as this miner saw it. */
export interface Served {
  readonly statement: ExchangeStatement
  readonly generation: Generation
  readonly text: string
  /** To the rows behind the tokens; null where the engine cannot see them. */
  readonly commitment: Pick<Commitment, 'hiddenRoot' | 'toplocDigest'> | null
  readonly times: Receipt['times']
}

/** A receipt's place in the sequence of its (miner, validator) pair. */
export interface Place {
  readonly sequence: number
  readonly previousDigest: string
}

// The members of both stand in the order of canonical JSON, and none is spread: an object like this is made, sorted and written several
// times as fast, for every answer.

/** The part of a receipt that is known before the first token. */
export function buildStatement({ ask, ...understood }: Understood): ExchangeStatement {
  const { requestId, netuid, manifestDigest, requestSeed, scope, choice } = ask.assay
  return {
    certificateDigest: understood.certificateDigest,
    choice,
    contentDigest: understood.contentDigest,
    manifestDigest,
    miner: understood.miner,
    model: ask.model,
    netuid,
    offerDigest: understood.offerDigest,
    promptDigest: understood.promptDigest,
    promptTokens: understood.promptTokens,
    requestId,
    requestSeed,
    sampling: understood.sampling,
    scope,
    validator: understood.validator,
  }
}

/** The statement that a miner signs about one exchange. */
export function buildReceipt({ statement, generation, text, commitment, times }: Served, { sequence, previousDigest }: Place): Receipt {
  const { receivedMs, startedMs, finishedMs } = times
  return {
    certificateDigest: statement.certificateDigest,
    choice: statement.choice,
    contentDigest: statement.contentDigest,
    finishReason: generation.finishReason,
    hiddenRoot: commitment?.hiddenRoot ?? null,
    logProbsDigest: sha256Hex(floatBytes(generation.logProbs)),
    manifestDigest: statement.manifestDigest,
    miner: statement.miner,
    model: statement.model,
    netuid: statement.netuid,
    offerDigest: statement.offerDigest,
    previousDigest,
    promptDigest: statement.promptDigest,
    promptTokens: statement.promptTokens,
    requestId: statement.requestId,
    requestSeed: statement.requestSeed,
    sampling: statement.sampling,
    scope: statement.scope,
    sequence,
    textDigest: sha256Hex(text),
    times: { finishedMs, receivedMs, startedMs },
    tokenIds: packTokenIds(generation.tokenIds),
    toplocDigest: commitment?.toplocDigest ?? null,
    validator: statement.validator,
    version: 'assay/receipt/1',
  }
}
