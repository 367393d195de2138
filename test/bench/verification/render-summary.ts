import type { EvidenceOf } from './e-value-of.ts'
import type { MemberReport, Report } from './report.ts'
import { hiddenRowsNote, otherClassNote } from './shown-rows.ts'
import { bestConviction, leastRefused, mostPrefill, targetOf } from './targets.ts'

/** The upper ends of the groups by speed, in audited tokens. */
const paces = [8, 64, 512, Number.POSITIVE_INFINITY] as const

/** The page in short: what is caught how fast, what is not or missed its figure, and what the figures hold for. */
export function renderSummary(report: Report): string[] {
  return [paragraph(report), '', 'Not caught, or below its figure:', '', ...missesOf(report).map(line => `- ${line}`)]
}

function paragraph({ members, loosest, lifetimes, variants, alpha }: Report): string {
  const groups = paces.flatMap((most, index) => {
    const above = paces[index - 1] ?? 0
    const names = members.filter(member => {
      const tokens = fastest(member)
      return tokens !== undefined && tokens > above && tokens <= most
    })
    const bound = Number.isFinite(most) ? `within ${most} audited tokens` : `later than in ${above}`
    return names.length === 0 ? [] : [`${bound} ${names.map(({ name }) => name).join(', ')}`]
  })
  const open = members.filter(member => fastest(member) === undefined)
  const missed = open.length === 0 ? '' : ` Not convicted within the simulation: ${open.map(({ name }) => name).join(', ')}.`
  const rowless = variants.filter(({ distance }) => distance === null).map(({ className }) => className)
  const named = rowless.length === 0 ? '' : `, here ${[...new Set(rowless)].join(', ')}`
  return `Of ${members.length} cheats, these are convicted in 99 of 100 orders by the evidence that sees them best, tokens with proofs or tokens alone, under the bounds of the default subnet: ${groups.join('; ')}.${missed} ${lifetimes.convictions} of ${lifetimes.lifetimes} simulated honest lifetimes were convicted, where a share of ${alpha} may be. Power is quoted against **${loosest}**, the loosest accepted class that shows hidden rows. Classes whose engines show none (GGUF and upstream servers${named}) get the checks of tokens, and of the log-probabilities that they state: for them the lines "tokens alone" are what is sure, and nothing of the fingerprint holds.`
}

function missesOf({ members, loosest, costs, nullProofs, variants }: Report): string[] {
  const figures = members.flatMap(member =>
    (['proofs', 'tokens'] as const).flatMap(of => {
      const target = targetOf(members, member.name, of)
      const best = bestConviction(member, of)?.tokens99 ?? null
      if (target === undefined || (best !== null && best <= target)) return []
      return [`${member.name}: ${inWords(best)} by ${evidence[of]}, and the figure is ${target}${alternative(member, of)}.`]
    }),
  )
  const unseen = members.flatMap(member =>
    targetOf(members, member.name, 'tokens') === undefined && bestConviction(member, 'tokens') === undefined
      ? [
          `${member.name}: never convicted by tokens alone: what convicts it is its rows or the log-probabilities that it states${alternative(member, 'tokens')}.`,
        ]
      : [],
  )
  const slow = costs.flatMap(({ model, verifyOverBarePrefill: { value, low, high } }, index) =>
    // The figure is that of the first model, the larger one.
    index === 0 && value > mostPrefill
      ? [
          `Verifying costs ${value.toPrecision(3)} times a bare prefill on ${model} (95 %: ${low.toPrecision(3)} to ${high.toPrecision(3)}), and the figure is ${mostPrefill}.`,
        ]
      : [],
  )
  const forged = nullProofs.flatMap(({ kind, fingerprint, toploc, logProbs }) =>
    Object.entries({ 'the fingerprint': fingerprint, TOPLOC: toploc, 'the log-probabilities': logProbs }).flatMap(([check, value]) =>
      value !== null && value < leastRefused
        ? [
            `Forged proofs, ${kind}: ${check} alone refuse${check.endsWith('s') ? '' : 's'} ${(100 * value).toFixed(2)} %, and the figure is ${100 * leastRefused} %.`,
          ]
        : [],
    ),
  )
  const withoutRows = variants.some(({ distance }) => distance === null)
    ? [
        'Classes without hidden rows: weights of eight bits are not convicted there by their tokens, and nothing was measured of cheats under the bounds of such a class (their log-probabilities are weighed, their rows are not).',
      ]
    : []
  const hidden = members.some(({ name }) => hiddenRowsNote(name) !== undefined)
    ? [
        'Members whose rows no audit sees (they break off, or withhold or falsify their openings): measured by tokens alone; what refusing an opening costs is judged by other checks.',
      ]
    : []
  const otherwise = members.flatMap(({ name }) => {
    const note = otherClassNote(name, loosest)
    return note === undefined ? [] : [`${name}: ${note}`]
  })
  return [...figures, ...unseen, ...slow, ...forged, ...withoutRows, ...otherwise, ...hidden]
}

const evidence: Readonly<Record<EvidenceOf, string>> = { tokens: 'tokens alone', proofs: 'tokens and proofs' }

function fastest(member: MemberReport): number | undefined {
  const found = (['tokens', 'proofs'] as const).flatMap(of => bestConviction(member, of)?.tokens99 ?? [])
  return found.length === 0 ? undefined : Math.min(...found)
}

/** What the other kind of evidence reached, where it did. */
function alternative(member: MemberReport, of: EvidenceOf): string {
  const other = of === 'tokens' ? 'proofs' : 'tokens'
  const best = bestConviction(member, other)?.tokens99 ?? null
  return best === null ? '' : ` (${evidence[other]}: ${best})`
}

function inWords(tokens: number | null): string {
  return tokens === null ? 'not convicted within the simulation' : `${tokens} tokens`
}
