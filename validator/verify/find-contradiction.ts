import { createHash } from 'node:crypto'
import { readSs58OrNull } from '../../shared/identity/ss58.ts'
import { verifySr25519 } from '../../shared/identity/verify-signature.ts'
import type { Bundle } from '../../shared/protocol/bundle.ts'
import { canonicalJson, type Json } from '../../shared/protocol/canonical-json.ts'
import { digestJson } from '../../shared/protocol/digest-json.ts'
import { openingDigest } from '../../shared/protocol/opening.ts'
import { verdictBytes } from '../../shared/protocol/verdict-statement.ts'
import { sha256Hex } from '../../shared/util/sha256-hex.ts'
import { receiptDigestOf } from '../audit/receipt-digest-of.ts'
import { minerKey } from '../challenge/drawn-request.ts'
import { sealScores } from '../verification/build-statement.ts'
import { exchangeOf } from './exchange-of.ts'

/** Where a bundle is not what its validator signed, in words; null where it all belongs together. Needs waitForCrypto() first. */
export function findContradiction(bundle: Bundle): string | null {
  const { statement, signature } = bundle.verdict
  const { verdict, audit, round } = statement
  const key = readSs58OrNull(statement.validator)
  if (key === null || !verifySr25519(Buffer.from(signature.slice(2), 'hex'), verdictBytes(statement), key))
    return "the verdict's signature is not the validator's"
  if (digestJson(bundle.exchange as unknown as Json) !== statement.exchangeDigest) return 'the exchange is not the one that was judged'
  if (receiptDigestOf(exchangeOf(bundle).arrival) !== statement.receiptDigest) return 'the receipt is not the one that was judged'
  const { miner, ask } = bundle.exchange
  if (miner.hotkey !== statement.miner || minerKey(miner) !== verdict.minerKey) return 'the verdict is on another miner'
  if (ask.assay.requestId !== verdict.requestId || bundle.exchange.round !== round.number) return 'the verdict is on another request'
  if (digestJson(bundle.subnet) !== statement.scoringVersion) return 'the subnet file is not that of the scoring version'
  return statisticsProblem(bundle) ?? openingProblem(bundle) ?? secretProblem(bundle, audit.secretHash)
}

function statisticsProblem({ statistics, verdict: { statement } }: Bundle): string | null {
  if (statistics === null) return null
  return sha256Hex(canonicalJson(statistics)) === statement.statisticsDigest ? null : "the statistics are not the validator's"
}

/** The question is the validator's own, and follows from what it signed; what came is for the judge. */
function openingProblem({ opening, subnet, verdict: { statement } }: Bundle): string | null {
  if (opening === undefined) return statement.openingDigest === undefined ? null : 'the opening is left out'
  if (openingDigest(opening) !== statement.openingDigest) return 'the opening is not the one that was judged'
  const { receiptDigest, beacon, k, fullRows } = opening.ask
  if (receiptDigest !== statement.receiptDigest) return 'the opening is of another receipt'
  if (beacon !== statement.audit.beacon?.hash) return 'the opening is under another beacon'
  return k === subnet.proof?.k && fullRows === subnet.proof.fullRows ? null : 'the opening is not as the subnet file has it'
}

function secretProblem({ secret, commitment, scores, verdict: { statement } }: Bundle, secretHash: string): string | null {
  if (commitment !== null && commitment.secretHash !== secretHash) return 'the commitment is to another secret'
  if (commitment !== null && commitment.block !== statement.verdict.commitmentBlock) return 'the verdict names another commitment'
  if (secret === null) return scores === null ? null : 'scores without the secret that seals them prove nothing'
  const bytes = Buffer.from(secret, 'hex')
  if (createHash('sha256').update(bytes).digest('hex') !== secretHash) return 'the secret is not the one that drew the audit'
  if (scores !== null && sealScores(bytes, scores) !== statement.scoresSeal) return 'the scores are not those that were sealed'
  return null
}
