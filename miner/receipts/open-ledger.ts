import type { Receipt } from '../../shared/protocol/receipt.ts'
import { receiptDigest } from '../../shared/protocol/receipt-bytes.ts'
import type { OpenedDatabase } from '../../shared/storage/open-database.ts'
import type { Place } from './build-receipt.ts'

/** Schema of ledger.db: the last place of every pair. */
export const ledgerMigrations = [
  'CREATE TABLE pairs (miner TEXT NOT NULL, validator TEXT NOT NULL, sequence INTEGER NOT NULL, previousDigest TEXT NOT NULL, PRIMARY KEY (miner, validator)) WITHOUT ROWID',
]

export interface Ledger {
  /**
   * Gives a receipt the next place of its pair, durably, before anything of it leaves: a crash after this leaves a gap, which is
   * excused; two receipts with one number would convict this miner.
   */
  write(miner: string, validator: string, build: (place: Place) => Receipt): Receipt
}

const noDigest = '0'.repeat(64)

/**
 * Opens the ledger of receipts on a database with these migrations. A pair's first number is the clock's milliseconds: a miner that
 * lost its ledger then begins above every number it ever gave, and is not convicted of giving one twice.
 */
export function openLedger({ sqlite }: Pick<OpenedDatabase<unknown>, 'sqlite'>, nowMs: () => number = Date.now): Ledger {
  const read = sqlite.prepare<[string, string], Place>('SELECT sequence, previousDigest FROM pairs WHERE miner = ? AND validator = ?')
  const save = sqlite.prepare<[string, string, number, string]>(
    'INSERT INTO pairs (miner, validator, sequence, previousDigest) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET sequence = excluded.sequence, previousDigest = excluded.previousDigest',
  )
  const write = sqlite.transaction((miner: string, validator: string, build: (place: Place) => Receipt) => {
    const { sequence, previousDigest } = read.get(miner, validator) ?? { sequence: nowMs() - 1, previousDigest: noDigest }
    const receipt = build({ sequence: sequence + 1, previousDigest })
    save.run(miner, validator, sequence + 1, receiptDigest(receipt))
    return receipt
  })
  // Immediate: two processes on one folder must not read the same place.
  return { write: (miner, validator, build) => write.immediate(miner, validator, build) }
}
