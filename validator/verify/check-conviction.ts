import { readSs58OrNull } from '../../shared/identity/ss58.ts'
import { verifySr25519 } from '../../shared/identity/verify-signature.ts'
import { convictionBytes, type SignedConviction } from '../../shared/protocol/conviction.ts'
import { largestEValue } from '../verification/evidence/bet-on-ratios.ts'
import { type EvidenceState, emptyEvidence, evidenceOf, updateEvidence } from '../verification/evidence/evidence-state.ts'

/** One line of what was found: what holds, or what does not. */
export interface ConvictionLine {
  readonly check: string
  readonly value: number | string | null
  readonly threshold: number | string | null
  readonly finding: 'pass' | 'fail' | 'absent'
  readonly note: string
}

export interface ConvictionReport {
  readonly miner: string
  readonly validator: string
  readonly reason: SignedConviction['statement']['reason']
  /** Every line that can be checked here holds. */
  readonly same: boolean
  readonly lines: readonly ConvictionLine[]
  /** What nothing in the file can show: the listed verdicts, the subnet file or the validator's own records can. */
  readonly absent: readonly string[]
}

/** Does the arithmetic of a conviction again: signature, weights, and the evidence from the listed e-values. No model is needed, so whether those e-values are true is not among what is checked, and the report says so. Needs waitForCrypto() first. */
export function checkConviction({ statement, signature }: SignedConviction): ConvictionReport {
  const { reason, verdicts, alpha, weights, miner, validator } = statement
  const key = readSs58OrNull(validator)
  const isSigned = key !== null && verifySr25519(Buffer.from(signature.slice(2), 'hex'), convictionBytes(statement), key)
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0)
  const largest = verdicts.reduce((most, { eValue }) => Math.max(most, eValue ?? 0), 0)
  const failed = verdicts.find(({ kind }) => kind === 'fail')
  const lines: ConvictionLine[] = [
    line('Signature', isSigned, null, null, 'the validator signed this conviction'),
    line('Miner', statement.minerKey.startsWith(`${miner}@`), statement.minerKey, null, 'the convicted key is of the miner that is named'),
    line('Verdicts', areDistinct(verdicts), verdicts.length, null, 'no verdict and no request is listed twice'),
    line('EValues', largest <= largestEValue, largest, largestEValue, 'no e-value is above what one answer may weigh'),
    line('Weights', total <= 1 + 1e-9, total, 1, 'the weights of the streams are 1 together'),
  ]
  if (reason === 'fail')
    lines.push(line('Fail', failed !== undefined, failed?.code ?? null, null, `verdict ${failed?.verdictDigest ?? 'missing'}`))
  if (reason === 'evidence') lines.push(evidenceLine(statement))
  if (reason === 'pending')
    lines.push({
      ...{ check: 'Evidence', value: statement.evidence, threshold: 1 / alpha, finding: 'absent' },
      note: 'reached in an earlier round, in which most miners failed: its verdicts tell',
    })
  const absent = listUnchecked(statement)
  return { miner, validator, reason, same: lines.every(({ finding }) => finding !== 'fail'), lines, absent }
}

/** What this file alone cannot show, with who can. */
function listUnchecked({ verdicts, before, round, scoringVersion, block, untilBlock }: SignedConviction['statement']): string[] {
  return [
    'whether the verdicts and e-values that it lists are true, which takes the model: each bundle below with assay verify --model',
    `whether alpha, shares and weights, and ${untilBlock - block} blocks without score, are those of the subnet file ${scoringVersion}`,
    `whether other verdicts of round ${round.number} were left out: the miner holds its own`,
    ...(Object.values(before).some(({ n }) => n > 0)
      ? ['what the streams held before the round: the validator replays its earlier rounds']
      : []),
    ...verdicts.map(
      ({ requestId, verdictDigest }) => `verdict ${verdictDigest} on request ${requestId}: judge its bundle again with assay verify`,
    ),
  ]
}

function areDistinct(verdicts: SignedConviction['statement']['verdicts']): boolean {
  const requests = new Set(verdicts.map(({ requestId }) => requestId))
  return requests.size === verdicts.length && new Set(verdicts.map(({ verdictDigest }) => verdictDigest)).size === verdicts.length
}

function evidenceLine({ before, verdicts, shares, weights, alpha, evidence }: SignedConviction['statement']): ConvictionLine {
  const states = new Map<string, EvidenceState>(Object.entries(before))
  let crossing: number | null = null
  for (const { eValue, stream } of verdicts) {
    if (eValue === null || stream === null) continue
    states.set(stream, updateEvidence(states.get(stream) ?? emptyEvidence(shares), eValue, shares))
    const reached = Object.entries(weights).reduce(
      (sum, [name, weight]) => sum + weight * evidenceOf(states.get(name) ?? emptyEvidence(shares)),
      0,
    )
    if (reached < 1 / alpha) continue
    crossing = reached
    break
  }
  const isSame = crossing !== null && evidence !== null && Math.abs(crossing - evidence) <= 1e-9 * evidence
  return line('Evidence', isSame, crossing, 1 / alpha, 'the e-values that are listed, in their order, from what was there before')
}

function line(
  check: string,
  holds: boolean,
  value: ConvictionLine['value'],
  threshold: ConvictionLine['threshold'],
  note: string,
): ConvictionLine {
  return { check, value, threshold, finding: holds ? 'pass' : 'fail', note }
}
