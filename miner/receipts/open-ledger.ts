import type { Receipt } from '../../shared/protocol/receipt.ts'
import { receiptBytes } from '../../shared/protocol/receipt-bytes.ts'
import type { OpenedDatabase } from '../../shared/storage/open-database.ts'
import { sha256Hex } from '../../shared/util/sha256-hex.ts'
import type { Place } from './build-receipt.ts'

/** Schema of ledger.db: for every pair the last number that may have been used, and the last digest known. */
export const ledgerMigrations = [
  'CREATE TABLE pairs (miner TEXT NOT NULL, validator TEXT NOT NULL, sequence INTEGER NOT NULL, previousDigest TEXT NOT NULL, PRIMARY KEY (miner, validator)) WITHOUT ROWID',
]

/** A receipt with its place, and the very bytes that are to be signed. */
export interface WrittenReceipt {
  readonly receipt: Receipt
  readonly bytes: Uint8Array
}

export interface Ledger {
  /**
   * Gives a receipt the next place of its pair. Its number is taken durably before anything of it leaves: a crash after this leaves
   * a gap, which is excused; two receipts with one number would convict this miner.
   */
  write(miner: string, validator: string, build: (place: Place) => Receipt): WrittenReceipt
  /** Gives back the numbers that were taken and not used, so that an orderly stop leaves no gap. */
  close(): void
}

/** Numbers of a pair that are taken with one write to the disk: such a write costs more than all else about a receipt. */
const taken = 1_024
const noDigest = '0'.repeat(64)

interface Pair extends Place {
  /** The last number that this process may use. */
  readonly last: number
}

/**
 * Opens the ledger of receipts on a database with these migrations. A pair's first number is the clock's milliseconds: a miner that
 * lost its ledger then begins above every number it ever gave, and is not convicted of giving one twice.
 */
export function openLedger({ sqlite }: Pick<OpenedDatabase<unknown>, 'sqlite'>, nowMs: () => number = Date.now): Ledger {
  const read = sqlite.prepare<[string, string], Place>('SELECT sequence, previousDigest FROM pairs WHERE miner = ? AND validator = ?')
  const save = sqlite.prepare<[string, string, number, string]>(
    'INSERT INTO pairs (miner, validator, sequence, previousDigest) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET sequence = excluded.sequence, previousDigest = excluded.previousDigest',
  )
  const take = sqlite.transaction((miner: string, validator: string, known: Pair | undefined): Pair => {
    const stored = read.get(miner, validator)
    const from = stored?.sequence ?? nowMs() - 1
    const previousDigest = known?.previousDigest ?? stored?.previousDigest ?? noDigest
    save.run(miner, validator, from + taken, previousDigest)
    return { sequence: from, previousDigest, last: from + taken }
  })
  const giveBack = sqlite.transaction((miner: string, validator: string, pair: Pair) => {
    // Another process on this folder may have gone on from our last number.
    if (read.get(miner, validator)?.sequence === pair.last) save.run(miner, validator, pair.sequence, pair.previousDigest)
  })

  const pairs = new Map<string, { readonly miner: string; readonly validator: string; readonly pair: Pair }>()
  return {
    write(miner, validator, build) {
      const name = `${miner} ${validator}`
      const known = pairs.get(name)?.pair
      // Immediate: two processes on one folder must not read the same place.
      const pair = known !== undefined && known.sequence < known.last ? known : take.immediate(miner, validator, known)
      pairs.set(name, { miner, validator, pair })
      const sequence = pair.sequence + 1
      const receipt = build({ sequence, previousDigest: pair.previousDigest })
      const bytes = receiptBytes(receipt)
      pairs.set(name, { miner, validator, pair: { sequence, previousDigest: sha256Hex(bytes), last: pair.last } })
      return { receipt, bytes }
    },
    close() {
      for (const { miner, validator, pair } of pairs.values()) giveBack.immediate(miner, validator, pair)
      pairs.clear()
    },
  }
}
