import { buildOpening } from '../../miner/openings/open-receipt.ts'
import { commitAnswer } from '../../miner/receipts/commit-answer.ts'
import type { KeyPair } from '../../shared/identity/key-pair.ts'
import { toHiddenRows } from '../../shared/proof/fingerprint/hidden-rows.ts'
import { type OpeningAsk, type OpeningRecord, type OpeningStatement, openingBytes } from '../../shared/protocol/opening.ts'
import { receiptDigest } from '../../shared/protocol/receipt-bytes.ts'
import type { Exchange } from '../../validator/query/exchange.ts'
import { devKey, type ToyAnswer, toyExchange } from './toy-exchange.ts'
import { toyHidden, toyRows } from './toy-rows.ts'

/** The beacon that draws matrix and rows in these tests. */
export const toyBeacon = `0x${'7b'.repeat(32)}`
export const toyTopLoc = { k: 8, chunkRows: 4 }

export interface ToyOpening {
  readonly exchange: Exchange
  readonly opened: OpeningRecord
  /** What the reference sees of the same answer. */
  readonly hidden: Float32Array
}

export interface ToyOpeningParts {
  readonly tokenIds?: readonly number[]
  /** Rows that the miner committed to, float32; those of the reference unless told. */
  readonly rows?: Float32Array
  readonly answer?: ToyAnswer
  /** What the miner shows, before it is signed. */
  readonly change?: (statement: OpeningStatement) => OpeningStatement
  readonly signer?: KeyPair
  readonly ask?: Partial<OpeningAsk>
}

/** An answer of these tokens with the opening of its receipt, honest where nothing is replaced. Needs waitForCrypto() first. */
export function toyOpening(parts: ToyOpeningParts = {}): ToyOpening {
  const { tokenIds = [...Array.from({ length: 9 }, (_, place) => 1 + (place % 25)), 0], change = same => same } = parts
  const hidden = toyRows(tokenIds)
  const rows = toHiddenRows(parts.rows ?? hidden, toyHidden)
  const commitment = commitAnswer(rows, toyTopLoc)
  if (commitment === null) throw new Error('no rows')
  const { hiddenRoot, toplocDigest, proofs } = commitment
  const plain = toyExchange({ tokenIds, maxTokens: 16, ...parts.answer, receipt: { hiddenRoot, toplocDigest, ...parts.answer?.receipt } })
  const { ask, arrival } = plain
  if (arrival.kind !== 'answer') throw new Error('no answer')
  const exchange = { ...plain, ask: { ...ask, assay: { ...ask.assay, toploc: toyTopLoc } } }
  const asked: OpeningAsk = {
    ...{ netuid: 2, receiptDigest: receiptDigest(arrival.receipt), beacon: toyBeacon, k: 8, fullRows: 2, withTopLoc: true },
    ...parts.ask,
  }
  const kept = {
    ...{ receiptDigest: asked.receiptDigest, requestId: ask.assay.requestId, validator: arrival.receipt.validator },
    ...{ certificateDigest: null, rows, proofs, seal: { sign: () => '' } },
  }
  const statement = change(buildOpening(asked, kept, plain.miner.hotkey, 1_400))
  const signature = `0x${Buffer.from((parts.signer ?? devKey('Miner')).sign(openingBytes(statement))).toString('hex')}`
  const opened: OpeningRecord = {
    ask: asked,
    hiddenSize: toyHidden,
    arrival: { kind: 'opening', statement, signature, elapsedMs: 20, arrivedMs: 1_500 },
  }
  return { exchange, opened, hidden }
}
