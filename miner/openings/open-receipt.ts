import { AssayError } from '../../shared/errors/assay-error.ts'
import { answerOpening } from '../../shared/proof/fingerprint/answer-opening.ts'
import { drawOpening } from '../../shared/proof/fingerprint/draw-opening.ts'
import { commitRows, countRows } from '../../shared/proof/fingerprint/hidden-rows.ts'
import { type OpeningAsk, type OpeningStatement, openingBytes, type SignedOpening } from '../../shared/protocol/opening.ts'
import { packOpening } from '../../shared/protocol/pack-opening.ts'
import type { KeptAnswer, RowShelf } from './create-row-shelf.ts'

export interface OpeningContext {
  readonly netuid: number
  /** This miner's hotkey. */
  readonly miner: string
  readonly shelf: Pick<RowShelf, 'take'>
  /** Milliseconds since 1970. */
  readonly nowMs: () => number
}

/** Answers a proven request for an opening, signed by the key that signed the receipt. Throws MINER_NETUID and what the shelf throws. */
export function openReceipt(ask: OpeningAsk, caller: string, { netuid, miner, shelf, nowMs }: OpeningContext): SignedOpening {
  if (ask.netuid !== netuid) throw new AssayError('MINER_NETUID', { netuid })
  const kept = shelf.take(ask.receiptDigest, caller)
  const plain = buildOpening(ask, kept, miner, nowMs())
  const statement = kept.onOpening === undefined ? plain : kept.onOpening(plain)
  if (statement === null) throw new AssayError('MINER_OPENING_UNKNOWN', { seconds: 0 })
  return { statement, signature: kept.seal.sign(openingBytes(statement)) }
}

/** The statement: matrix and rows follow from the beacon and the receipt's digest. The tree is built again, which is cheaper than keeping it. */
export function buildOpening(ask: OpeningAsk, kept: KeptAnswer, miner: string, signedMs: number): OpeningStatement {
  const { netuid, receiptDigest, beacon, k, fullRows, withTopLoc } = ask
  const { rows, proofs, requestId, validator, certificateDigest } = kept
  const drawn = drawOpening(beacon, receiptDigest, { hidden: rows.hidden, k, fullRows, rows: countRows(rows) })
  return {
    version: 'assay/opening/1',
    ...{ netuid, receiptDigest, beacon, k, fullRows, requestId, miner, validator, certificateDigest, signedMs },
    ...packOpening({ ...answerOpening(rows, commitRows(rows), drawn), topLoc: withTopLoc ? proofs : null }),
  }
}
