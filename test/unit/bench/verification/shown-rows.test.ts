import { describe, expect, it } from 'vitest'
import { renderMarkdown } from '../../../bench/verification/render-markdown.ts'
import type { ConvictionRow, MemberReport, Report } from '../../../bench/verification/report.ts'
import { fullAmounts } from '../../../bench/verification/settings.ts'
import { asShown, samplesAsShown } from '../../../bench/verification/shown-rows.ts'
import { toySample } from './toy-sample.ts'

const conviction = (of: ConvictionRow['of'], tokens99: number | null): ConvictionRow => ({
  ...{ of, cut: 4, convicted: tokens99 === null ? 0 : 1, tokens99, answers99: tokens99, medianTokens: tokens99, medianAnswers: tokens99 },
})
const member = (name: string, tokens: number | null, proofs: number | null): MemberReport => ({
  ...{ name, does: 'It cheats.', answers: 10, tokens: 100, stochasticTokens: 60, fails: 0, failCodes: [] },
  rows: ['margin', 'fingerprint', 'toploc', 'log-probs', 'all'].map(check => ({ check, label: check, counted: 'all', cells: [] })),
  curves: [{ check: 'fingerprint', label: 'fingerprint', tokens: 3, points: [] }],
  convictions: [conviction('tokens', tokens), conviction('proofs', proofs)],
  deciles: { tokens: [2], proofs: [3] },
})
const cost = (value: number) => ({ value, low: value - 0.1, high: value + 0.1 })
const report = (parts: Partial<Report>): Report => ({
  ...{ quick: false, amounts: fullAmounts, model: 'toy', manifestDigest: 'a'.repeat(64), alpha: 1e-4, streamWeight: 1 },
  ...{
    bounds: { marginBound: 1e-4, marginClip: 0.5 },
    loosest: 'onnx-fp16',
    variants: [],
    members: [],
    byClass: [],
    nullProofs: [],
    costs: [],
  },
  lifetimes: { lifetimes: 10, answers: 10, convictions: 0, largestEvidence: 1, bound: 1e-4, realAnswers: 5 },
  honestDeciles: { tokens: [0.7], proofs: [0.3] },
  ...parts,
})

describe('members that withhold or falsify their openings', () => {
  it.each(['withheld-opening', 'copied-opening'])('%s is measured by what audits see of it: its tokens, and not its rows', name => {
    const shown = asShown(member(name, 300, 4))
    expect(shown.rows.map(({ check }) => check)).toEqual(['margin', 'log-probs'])
    expect(shown).toMatchObject({ curves: [], deciles: { tokens: [2], proofs: [] } })
    const page = renderMarkdown(report({ members: [shown] }), 'a test')
    expect(page).toContain(`| ${name} | tokens alone | 300 | 300 |`)
    expect(page).not.toContain(`| ${name} | tokens and proofs |`)
  })

  it('or break off before the receipt are measured by tokens alone, and have not said why they ended', () => {
    expect(asShown(member('abort-substituted', 300, 4)).rows.map(({ check }) => check)).toEqual(['margin'])
    const cut = toySample(3, { problem: { code: 'VERIFY_FINISH', tokens: 3 } })
    expect(samplesAsShown('abort-substituted', [cut])).toMatchObject([{ problem: null }])
    expect(samplesAsShown('truncated-tokens', [cut])).toEqual([cut])
  })

  it('leave the others as they were measured', () => {
    const other = member('four-bit-weights', 300, 4)
    expect(asShown(other)).toBe(other)
  })
})

describe('the page in one paragraph', () => {
  it('says what is caught how fast, and against which class', () => {
    const page = renderMarkdown(report({ members: [member('ignore-seed', 28, 30), member('four-bit-weights', 300, 4)] }), 'a test')
    expect(page).toMatch(/within 8 audited tokens four-bit-weights; within 64 audited tokens ignore-seed\. 0 of 10 simulated/)
    expect(page).toContain('quoted against **onnx-fp16**')
  })

  it('lists each figure that was missed with the best that was reached, and nothing that was met', () => {
    const costs = [
      {
        model: 'large',
        tokens: 256,
        verifyOverBarePrefill: cost(1.4),
        verifyOverGenerate1: cost(1),
        verifyOverGenerate16: cost(1),
        openedBytes: 1,
      },
    ]
    const nullProofs = [{ kind: 'negated', answers: 10, fingerprint: 1, toploc: 0, logProbs: null }]
    const members = [member('eight-bit-weights', null, 20), member('half-layers', 10, 6)]
    const page = renderMarkdown(report({ costs, nullProofs, members }), 'a test')
    const misses = page
      .slice(page.indexOf('Not caught'), page.indexOf('## What was measured'))
      .split('\n')
      .filter(line => line.startsWith('- '))
    expect(misses).toEqual([
      '- eight-bit-weights: 20 tokens by tokens and proofs, and the figure is 16.',
      expect.stringMatching(/^- eight-bit-weights: never convicted by tokens alone.* \(tokens and proofs: 20\)\.$/),
      '- Verifying costs 1.40 times a bare prefill on large (95 %: 1.30 to 1.50), and the figure is 1.3.',
      '- Forged proofs, negated: TOPLOC alone refuses 0.00 %, and the figure is 99.9 %.',
    ])
  })
})
