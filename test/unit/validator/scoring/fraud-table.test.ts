import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { members } from '../../../../owner/gallery/members.ts'
import { fraudTable, honestByOpenings, honestByTokens } from '../../../../validator/scoring/conviction/fraud-table.ts'

const page = await readFile(new URL('../../../../docs/verification.md', import.meta.url), 'utf8')
const label = { tokens: 'tokens alone', proofs: 'tokens and proofs' } as const

/** The e-values that the page shows of one member. */
function decilesOf(member: string, by: keyof typeof label): number[] {
  const row = page.split('\n').find(line => line.startsWith(`| ${member} | ${label[by]} |`) && line.split('|').length === 5)
  return (row?.split('|')[3] ?? '').trim().split(' ').map(Number)
}

describe('the frauds that the audit plan reckons with', () => {
  it.each(fraudTable)('$name is as strong as the page of measurements says, at most', ({ member, by, eValues }) => {
    const measured = decilesOf(member, by)
    expect(eValues).toHaveLength(measured.length)
    for (const [index, value] of eValues.entries()) {
      expect(value).toBeLessThanOrEqual(measured[index] ?? 0)
      expect(value).toBeGreaterThan(0.9 * (measured[index] ?? 0))
    }
  })

  it('speak against honest answers of the loosest class, as measured too', () => {
    for (const [by, values] of [['tokens', honestByTokens] as const, ['proofs', honestByOpenings] as const])
      for (const [index, measured] of decilesOf('honest, loosest class', by).entries()) expect(values[index]).toBeLessThanOrEqual(measured)
  })

  it.each(fraudTable)('$name saves what its member of the gallery does not spend', ({ member, saving }) => {
    expect(saving).toBeCloseTo(1 - (members.find(({ name }) => name === member)?.cost ?? Number.NaN), 12)
  })
})
