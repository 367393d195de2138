import { AssayError } from '../../shared/errors/assay-error.ts'
import type { HiddenRows } from '../../shared/proof/fingerprint/hidden-rows.ts'
import type { OpeningStatement } from '../../shared/protocol/opening.ts'
import type { ReceiptSeal } from '../receipts/receipt-signer.ts'

/** What opening a receipt needs. */
export interface KeptAnswer {
  readonly receiptDigest: string
  readonly requestId: string
  /** Who holds the receipt, and may have it opened. */
  readonly validator: string
  readonly certificateDigest: string | null
  readonly rows: HiddenRows
  /** The TOPLOC proofs that the receipt commits to; none where none were asked for. */
  readonly proofs: readonly Uint8Array[]
  /** What signed the receipt signs its opening too. */
  readonly seal: Pick<ReceiptSeal, 'sign'>
  /** A plug-in's hook: may change an opening before it is signed, or refuse it with null. */
  readonly onOpening?: ((statement: OpeningStatement) => OpeningStatement | null) | undefined
}

export interface RowShelfOptions {
  readonly limitBytes: number
  readonly keepMs: number
  /** Milliseconds on a clock that only goes forward. */
  readonly monotonicMs: () => number
}

/** The rows of answers that may still be audited: in memory alone, so that a restart loses them, which costs misses and convicts nobody. */
export interface RowShelf {
  /** Keeps an answer whose receipt is given; where it is full, the oldest answers of the caller that holds most go. */
  keep(answer: KeptAnswer): void
  /** The answer of this receipt, for one opening. Throws MINER_OPENING_UNKNOWN where nothing is kept for this caller, MINER_OPENING_USED where it was opened often enough. */
  take(receiptDigest: string, caller: string): KeptAnswer
  bytes(): number
  answers(): number
  /** Openings given, and answers that had to go before their time, ever. */
  given(): number
  crowdedOut(): number
}

/** A validator that lost the answer may ask again; who wants many matrices of one answer learns its rows. */
export const maxOpenings = 3
/** What an answer takes beside its rows and proofs, about. */
const besideBytes = 1_024

/** What is kept for one caller. */
interface Shelf {
  /** In the order of their ages, which is that of a Map. */
  readonly places: Map<string, Place>
  bytes: number
}

interface Place {
  readonly answer: KeptAnswer
  readonly sizeBytes: number
  readonly untilMs: number
  opened: number
}

/** Makes an empty shelf. */
export function createRowShelf({ limitBytes, keepMs, monotonicMs }: RowShelfOptions): RowShelf {
  const places = new Map<string, Place>()
  const shelves = new Map<string, Shelf>()
  let used = 0
  let given = 0
  let crowdedOut = 0
  const drop = (digest: string, { sizeBytes, answer: { validator } }: Place) => {
    places.delete(digest)
    used -= sizeBytes
    const shelf = shelves.get(validator)
    if (shelf === undefined) return
    shelf.places.delete(digest)
    shelf.bytes -= sizeBytes
    if (shelf.places.size === 0) shelves.delete(validator)
  }
  const put = (place: Place) => {
    const { receiptDigest, validator } = place.answer
    const shelf = shelves.get(validator) ?? { places: new Map<string, Place>(), bytes: 0 }
    shelves.set(validator, shelf)
    places.set(receiptDigest, place)
    shelf.places.set(receiptDigest, place)
    shelf.bytes += place.sizeBytes
    used += place.sizeBytes
  }
  // Who asks much crowds out its own answers, or is refused: nobody can take away the rows that another validator will ask for.
  const makeRoom = (caller: string, sizeBytes: number): boolean => {
    while (used + sizeBytes > limitBytes) {
      let most = { shelf: shelves.get(caller), bytes: (shelves.get(caller)?.bytes ?? 0) + sizeBytes }
      for (const shelf of shelves.values()) if (shelf.bytes > most.bytes) most = { shelf, bytes: shelf.bytes }
      const oldest = most.shelf?.places.entries().next().value
      if (oldest === undefined) return false
      drop(...oldest)
      crowdedOut += 1
    }
    return true
  }
  const dropOld = () => {
    const now = monotonicMs()
    for (const [digest, place] of places) {
      if (place.untilMs > now) break
      drop(digest, place)
    }
  }
  return {
    keep(answer) {
      dropOld()
      const sizeBytes = besideBytes + answer.rows.patterns.byteLength + answer.proofs.reduce((sum, proof) => sum + proof.length, 0)
      const { receiptDigest, validator } = answer
      const again = places.get(receiptDigest)
      if (again !== undefined) drop(receiptDigest, again)
      if (sizeBytes > limitBytes || !makeRoom(validator, sizeBytes)) crowdedOut += 1
      else put({ answer, sizeBytes, untilMs: monotonicMs() + keepMs, opened: 0 })
    },
    take(receiptDigest, caller) {
      dropOld()
      const place = places.get(receiptDigest)
      // Another caller learns no more than that there is nothing for it.
      if (place === undefined || place.answer.validator !== caller)
        throw new AssayError('MINER_OPENING_UNKNOWN', { seconds: keepMs / 1_000 })
      if (place.opened >= maxOpenings) throw new AssayError('MINER_OPENING_USED', { limit: maxOpenings })
      place.opened += 1
      given += 1
      return place.answer
    },
    bytes() {
      dropOld()
      return used
    },
    answers() {
      dropOld()
      return places.size
    },
    given: () => given,
    crowdedOut: () => crowdedOut,
  }
}
