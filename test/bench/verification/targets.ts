import type { EvidenceOf } from './e-value-of.ts'
import type { ConvictionRow, MemberReport } from './report.ts'

/** Audited tokens in which a cheat is to be convicted in 99 of 100 orders, by all evidence and by its tokens alone. */
const targets: Readonly<Record<string, Partial<Record<EvidenceOf, number>>>> = {
  'small-sibling': { proofs: 50 },
  'half-layers': { proofs: 50 },
  'ignore-seed': { proofs: 60 },
  'relay-to-miner': { proofs: 60 },
  'relay-to-service': { proofs: 60 },
  'replay-stored': { proofs: 60 },
  'four-bit-weights': { proofs: 4, tokens: 600 },
  'eight-bit-weights': { proofs: 16 },
}

/** Verifying may cost so many bare prefills, and every check that reads a proof must refuse this share of forged ones. */
export const mostPrefill = 1.3
export const leastRefused = 0.999

/** What a member's tokens at 99 % are held against; undefined where the figure is only reported. */
export function targetOf(members: readonly MemberReport[], name: string, of: EvidenceOf): number | undefined {
  const siblings = (from: EvidenceOf) => {
    const sibling = members.find(member => member.name === 'small-sibling')
    return (sibling && bestConviction(sibling, from)?.tokens99) ?? undefined
  }
  if (name === 'prefill-attack') return siblings('tokens')
  if (name !== 'turncoat') return targets[name]?.[of]
  const tokens = siblings(of)
  return tokens === undefined ? undefined : 3 * tokens
}

/** The best figure that others published, by member; AUC at so many tokens, or what else they say. */
export const published: Readonly<Record<string, { readonly check: string; readonly tokens: number; readonly says: string }>> = {
  'four-bit-weights': {
    check: 'margin',
    tokens: 300,
    says: 'DiFR (arXiv 2511.20621): AUC above 0.999 in 300 tokens by tokens, in 2 tokens by activations',
  },
  'eight-bit-cache': { check: 'margin', tokens: 300, says: 'DiFR: some 10,000 tokens, by tokens' },
  'small-sibling': { check: 'margin', tokens: 300, says: 'SVIP (arXiv 2410.22307): FNR below 5 % at FPR below 3 % for a prompt' },
}

/** The kind of cut that convicts a member in the fewest tokens at 99 %; undefined where none does. */
export function bestConviction({ convictions }: Pick<MemberReport, 'convictions'>, of: EvidenceOf): ConvictionRow | undefined {
  const convicting = convictions.filter(row => row.of === of && row.tokens99 !== null)
  return convicting.sort((a, b) => (a.tokens99 ?? 0) - (b.tokens99 ?? 0) || (a.medianTokens ?? 0) - (b.medianTokens ?? 0))[0]
}
