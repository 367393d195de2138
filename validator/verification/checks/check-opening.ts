import { findSignatureProblem } from '../../../shared/identity/find-signature-problem.ts'
import { findOpeningProblem } from '../../../shared/proof/fingerprint/compare-fingerprint.ts'
import { drawOpening } from '../../../shared/proof/fingerprint/draw-opening.ts'
import { openingBytes } from '../../../shared/protocol/opening.ts'
import { unpackOpening } from '../../../shared/protocol/pack-opening.ts'
import { receiptDigest } from '../../../shared/protocol/receipt-bytes.ts'
import type { Finding } from '../verdict.ts'
import type { OpenedAnswer } from './answer.ts'
import { fail, pass } from './finding.ts'

/**
 * The opening that was asked for came in time, for this receipt, signed by the key that signed the receipt. What fails here a stranger on
 * the wire could have made, or a miner that lost its rows by a restart: it is a miss. Needs waitForCrypto() first.
 */
export function checkOpeningGiven({ exchange, arrival: { receipt, certificate }, validator, netuid, opened }: OpenedAnswer): Finding {
  const { ask, arrival } = opened
  if (arrival.kind === 'none') return missing(`${arrival.reason}${arrival.detail === '' ? '' : `: ${arrival.detail}`}`)
  const { statement, signature, arrivedMs } = arrival
  const expected = {
    ...{ netuid, validator, miner: exchange.miner.hotkey, requestId: receipt.requestId, certificateDigest: receipt.certificateDigest },
    ...{ receiptDigest: receiptDigest(receipt), beacon: ask.beacon, k: ask.k, fullRows: ask.fullRows },
  }
  for (const [field, value] of Object.entries(expected)) {
    const found: unknown = Object.getOwnPropertyDescriptor(statement, field)?.value
    if (found !== value) return missing(`it is of another ${field}`)
  }
  if (ask.withTopLoc !== (statement.topLoc !== null)) return missing(ask.withTopLoc ? 'it has no TOPLOC proofs' : 'it has TOPLOC proofs')
  const problem = findSignatureProblem({
    ...{ hotkey: exchange.miner.hotkey, netuid, certificateDigest: receipt.certificateDigest, certificate },
    ...{ bytes: openingBytes(statement), signature, signedMs: statement.signedMs, arrivedMs },
  })
  return problem === null ? pass : missing(problem)
}

/** What the miner signed as its opening is what its receipt committed to: sizes, the rows that were drawn, their paths to the root, and projections of these very rows. */
export function checkOpening({ arrival: { receipt }, tokenIds, opened }: OpenedAnswer): Finding {
  const { ask, arrival, hiddenSize } = opened
  if (arrival.kind === 'none' || receipt.hiddenRoot === null) return pass
  const values = unpackOpening(arrival.statement)
  if (values === null) return fail('VERIFY_OPENING', { problem: 'shape' })
  const rows = tokenIds.length
  const drawn = drawOpening(ask.beacon, ask.receiptDigest, { hidden: hiddenSize, k: ask.k, fullRows: ask.fullRows, rows })
  const problem = findOpeningProblem(values, drawn, { root: Buffer.from(receipt.hiddenRoot, 'hex'), rows, hidden: hiddenSize })
  return problem === null ? pass : fail('VERIFY_OPENING', { problem })
}

function missing(problem: string): Finding {
  return fail('VERIFY_OPENING_MISSING', { problem: problem.slice(0, 300) })
}
