import type { Generated } from 'kysely'
import type { Migration } from '../../shared/storage/open-database.ts'

/** Rows as SQLite holds them; every `json` column is canonical JSON, so that equal values have equal bytes. */
export interface Tables {
  setting: { name: string; value: string }
  subnet: { scoring_version: string; json: string }
  round: {
    number: number
    /** asking -> asked -> settled -> pruned */
    status: string
    start_block: number
    scoring_version: string
    json: string
  }
  exchange: {
    request_id: string
    round: number
    miner_key: string
    sent_block: number
    deadline_block: number
    /** The request as sent. */
    request: string
    /** null until something, or nothing in time, came back. */
    arrival: string | null
  }
  judgement: {
    request_id: string
    round: number
    miner_key: string
    kind: string
    code: string | null
    verdict: string
    /** What the reference run said; null where none was needed. */
    statistics: string | null
  }
  settlement: { round: number; inputs: string; state: string; scores: string }
  /** All verdicts ever, pruned rounds too; `code` is empty where a verdict has none. */
  verdict_count: { miner_key: string; kind: string; code: string; count: number }
  receipt_number: { miner: string; sequence: number; digest: string; request_id: string; round: number }
  /** What was or is to be sent to the chain, written before anything is signed; the columns are those of an Intent. */
  intent: {
    id: Generated<number>
    form: string
    status: string
    epoch: number
    round: number
    /** uids, values, and the miners' keys behind them. */
    vector: string
    version_key: string
    commit_hex: string | null
    salt: string | null
    reveal_round: string | null
    sent_after_block: number | null
    sent_block: number | null
    block: number | null
    attempts: number
    reveals: number
    reveal_block: number | null
    error: string | null
  }
  /** What our hotkey had done before this journal began or without it: blocks of updates (`kind` update) and commits. */
  adopted: { kind: string; value: string; block: number; quiet_until: number | null }
  /** The commitments to audit secrets, by the epoch of the secret, written before anything is signed. */
  commitment: {
    epoch: number
    fields: string
    discloses: number | null
    attempts: number
    sent_block: number | null
    block: number | null
    /** 1 where the finalised chain holds it in that block. */
    final: number
  }
  /** What came back where a miner was asked to open its commitment; `json` is an OpeningRecord. */
  opening: { request_id: string; round: number; json: string }
  /** Miners that signed a session with us, in the order of the first. */
  session_pin: { place: Generated<number>; hotkey: string }
  /** What miners offered and signed, in the order of its coming; `json` is a SignedOffer. */
  offer: { place: Generated<number>; miner: string; epoch: number; digest: string; json: string }
  /** Audited answers by their tokens, for the alarm over duplicates. */
  answer_digest: { request_id: string; round: number; miner_key: string; digest: string; surprisal: number }
  /** What we signed of each conviction, in the order of settling; `json` is a SignedConviction. */
  conviction: { place: Generated<number>; round: number; miner: string; json: string }
  /** What we signed of each verdict, in the order of settling; `json` is a SignedVerdict. */
  signed_verdict: {
    place: Generated<number>
    request_id: string
    round: number
    miner: string
    receipt_digest: string | null
    json: string
  }
}

export const migrations: readonly Migration[] = [
  `CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
   CREATE TABLE subnet (scoring_version TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
   CREATE TABLE round (number INTEGER PRIMARY KEY, status TEXT NOT NULL, start_block INTEGER NOT NULL, scoring_version TEXT NOT NULL, json TEXT NOT NULL) STRICT;
   CREATE INDEX round_status ON round (status, number);
   CREATE TABLE exchange (request_id TEXT PRIMARY KEY, round INTEGER NOT NULL REFERENCES round (number), miner_key TEXT NOT NULL, sent_block INTEGER NOT NULL,
     deadline_block INTEGER NOT NULL, request TEXT NOT NULL, arrival TEXT) STRICT;
   CREATE INDEX exchange_round ON exchange (round);
   CREATE TABLE judgement (request_id TEXT PRIMARY KEY REFERENCES exchange (request_id), round INTEGER NOT NULL, miner_key TEXT NOT NULL, kind TEXT NOT NULL,
     code TEXT, verdict TEXT NOT NULL, statistics TEXT) STRICT;
   CREATE INDEX judgement_round ON judgement (round);
   CREATE TABLE verdict_count (miner_key TEXT NOT NULL, kind TEXT NOT NULL, code TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (miner_key, kind, code)) STRICT;
   CREATE TABLE settlement (round INTEGER PRIMARY KEY REFERENCES round (number), inputs TEXT NOT NULL, state TEXT NOT NULL, scores TEXT NOT NULL) STRICT;
   CREATE TABLE receipt_number (miner TEXT NOT NULL, sequence INTEGER NOT NULL, digest TEXT NOT NULL, request_id TEXT NOT NULL, round INTEGER NOT NULL,
     PRIMARY KEY (miner, sequence)) STRICT;
   CREATE INDEX receipt_number_round ON receipt_number (round);
   CREATE TABLE submission (id INTEGER PRIMARY KEY, block INTEGER NOT NULL, round INTEGER NOT NULL, vector TEXT NOT NULL, outcome TEXT NOT NULL) STRICT;`,
  `DROP TABLE submission;
   CREATE TABLE intent (id INTEGER PRIMARY KEY, form TEXT NOT NULL, status TEXT NOT NULL, epoch INTEGER NOT NULL, round INTEGER NOT NULL, vector TEXT NOT NULL,
     version_key TEXT NOT NULL, commit_hex TEXT, salt TEXT, reveal_round TEXT, first_sent_block INTEGER, sent_block INTEGER, block INTEGER, attempts INTEGER NOT NULL, reveals INTEGER NOT NULL,
     reveal_block INTEGER, error TEXT) STRICT;
   CREATE INDEX intent_status ON intent (status);
   CREATE INDEX intent_commit ON intent (commit_hex);
   CREATE TABLE adopted (kind TEXT NOT NULL, value TEXT NOT NULL, block INTEGER NOT NULL, quiet_until INTEGER, PRIMARY KEY (kind, value)) STRICT;`,
  'ALTER TABLE intent RENAME COLUMN first_sent_block TO sent_after_block',
  `CREATE TABLE commitment (epoch INTEGER PRIMARY KEY, fields TEXT NOT NULL, discloses INTEGER, attempts INTEGER NOT NULL, sent_block INTEGER, block INTEGER,
     final INTEGER NOT NULL) STRICT;`,
  `CREATE TABLE signed_verdict (place INTEGER PRIMARY KEY AUTOINCREMENT, request_id TEXT NOT NULL UNIQUE, round INTEGER NOT NULL, miner TEXT NOT NULL, receipt_digest TEXT,
     json TEXT NOT NULL) STRICT;
   CREATE INDEX signed_verdict_round ON signed_verdict (round);
   CREATE INDEX signed_verdict_miner ON signed_verdict (miner, place);
   CREATE INDEX signed_verdict_digest ON signed_verdict (receipt_digest);`,
  `CREATE TABLE offer (place INTEGER PRIMARY KEY AUTOINCREMENT, miner TEXT NOT NULL, epoch INTEGER NOT NULL, digest TEXT NOT NULL, json TEXT NOT NULL,
     UNIQUE (miner, epoch, digest)) STRICT;
   CREATE INDEX offer_epoch ON offer (epoch, place);
   CREATE TABLE answer_digest (request_id TEXT PRIMARY KEY, round INTEGER NOT NULL, miner_key TEXT NOT NULL, digest TEXT NOT NULL, surprisal REAL NOT NULL) STRICT;
   CREATE INDEX answer_digest_digest ON answer_digest (digest, round);
   CREATE INDEX answer_digest_round ON answer_digest (round);`,
  'CREATE TABLE session_pin (place INTEGER PRIMARY KEY AUTOINCREMENT, hotkey TEXT NOT NULL UNIQUE) STRICT',
  `CREATE TABLE opening (request_id TEXT PRIMARY KEY REFERENCES exchange (request_id), round INTEGER NOT NULL, json TEXT NOT NULL) STRICT;
   CREATE INDEX opening_round ON opening (round);`,
  `CREATE TABLE conviction (place INTEGER PRIMARY KEY AUTOINCREMENT, round INTEGER NOT NULL, miner TEXT NOT NULL, json TEXT NOT NULL) STRICT;
   CREATE INDEX conviction_miner ON conviction (miner, place);`,
]
