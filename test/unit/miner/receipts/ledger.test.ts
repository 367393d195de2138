import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { buildReceipt, buildStatement, type Place, type Served } from '../../../../miner/receipts/build-receipt.ts'
import { ledgerMigrations, openLedger } from '../../../../miner/receipts/open-ledger.ts'
import { canonicalJson } from '../../../../shared/protocol/canonical-json.ts'
import { parseReceipt } from '../../../../shared/protocol/receipt.ts'
import { receiptDigest } from '../../../../shared/protocol/receipt-bytes.ts'
import { openDatabase } from '../../../../shared/storage/open-database.ts'
import { sha256Hex } from '../../../../shared/util/sha256-hex.ts'
import { chatAsk } from '../../../support/signed-ask.ts'

const miner = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'
const validator = '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty'
const served: Served = {
  statement: buildStatement({
    ask: chatAsk('d'.repeat(64)),
    miner,
    validator,
    certificateDigest: null,
    sampling: { temperature: 1, topK: 0, maxTokens: 16 },
    promptTokens: 14,
    promptDigest: '1'.repeat(64),
    contentDigest: '2'.repeat(64),
    offerDigest: null,
  }),
  generation: { tokenIds: [24, 24, 2], logProbs: Float32Array.of(-0.5, -0.25, -1), finishReason: 'stop' },
  commitment: null,
  text: '33.',
  times: { receivedMs: 1, startedMs: 2, finishedMs: 3 },
}
const build = (place: Place) => buildReceipt(served, place)

describe('the ledger of receipts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-ledger-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('builds receipts of the protocol’s shape', () => {
    const receipt = build({ sequence: 1, previousDigest: '0'.repeat(64) })
    expect(parseReceipt(JSON.parse(JSON.stringify(receipt)))).toEqual(receipt)
  })

  it('begins above every number it ever gave where the ledger was lost', () => {
    let nowMs = 1_000
    const open = () => openLedger(openDatabase(':memory:', ledgerMigrations), () => nowMs)
    const ledger = open()
    const given = Array.from({ length: 100 }, () => ledger.write(miner, validator, build).receipt.sequence)
    nowMs = 1_400
    expect(open().write(miner, validator, build).receipt.sequence).toBeGreaterThan(Math.max(...given))
  })

  it('starts each pair at the clock with no digest before it, and counts pairs apart', () => {
    const ledger = openLedger(openDatabase(':memory:', ledgerMigrations), () => 1)
    const { receipt: first } = ledger.write(miner, validator, build)
    expect(first).toMatchObject({ sequence: 1, previousDigest: '0'.repeat(64) })
    expect(ledger.write(miner, validator, build).receipt).toMatchObject({ sequence: 2, previousDigest: receiptDigest(first) })
    expect(ledger.write(miner, miner, build).receipt.sequence).toBe(1)
  })

  it('never gives a number twice, also when the process ends before the answer leaves', () => {
    const file = join(folder, 'ledger.db')
    const before = openDatabase(file, ledgerMigrations)
    const ledger = openLedger(before)
    const lost = Array.from({ length: 300 }, () => ledger.write(miner, validator, build).receipt.sequence)
    // Not closed: the second connection finds what a killed process leaves, and both go on at once.
    const second = openLedger(openDatabase(file, ledgerMigrations))
    const after = Array.from({ length: 300 }, () =>
      [ledger, second].map(each => each.write(miner, validator, build).receipt.sequence),
    ).flat()
    expect(new Set([...lost, ...after]).size).toBe(900)
    expect(Math.min(...after.filter((_, index) => index % 2 === 1))).toBeGreaterThan(Math.max(...lost))
    before.close()
  })

  it('leaves no gap after an orderly stop', () => {
    const database = openDatabase(join(folder, 'closed.db'), ledgerMigrations)
    const ledger = openLedger(database)
    const { receipt: last } = ledger.write(miner, validator, build)
    ledger.close()
    const { receipt: next } = openLedger(database).write(miner, validator, build)
    expect(next).toMatchObject({ sequence: last.sequence + 1, previousDigest: receiptDigest(last) })
    database.close()
  })

  it('hands out the very bytes whose digest the next receipt names', () => {
    const ledger = openLedger(openDatabase(':memory:', ledgerMigrations))
    const first = ledger.write(miner, validator, build)
    expect(Buffer.from(first.bytes).toString()).toBe(canonicalJson(first.receipt))
    expect(ledger.write(miner, validator, build).receipt.previousDigest).toBe(sha256Hex(first.bytes))
  })

  it('uses no number for a receipt that could not be built', () => {
    const ledger = openLedger(openDatabase(':memory:', ledgerMigrations), () => 1)
    const fail = () => {
      throw new Error('no receipt')
    }
    expect(() => ledger.write(miner, validator, fail)).toThrow('no receipt')
    expect(ledger.write(miner, validator, build).receipt.sequence).toBe(1)
  })
})
