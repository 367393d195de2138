import { beforeAll, describe, expect, it } from 'vitest'
import type { Bundle } from '../../../../shared/protocol/bundle.ts'
import { canonicalJson, type Json } from '../../../../shared/protocol/canonical-json.ts'
import { verdictBytes } from '../../../../shared/protocol/verdict-statement.ts'
import { buildBundle } from '../../../../validator/reports/build-bundle.ts'
import { renderReport } from '../../../../validator/verify/render-report.ts'
import { type BundleLab, openBundleLab, verifyToy } from '../../../support/bundle-lab.ts'
import { labMaster } from '../../../support/settlement-lab.ts'
import { devKey, toyModel, toyStatistics } from '../../../support/toy-exchange.ts'

const findingOf = (report: Awaited<ReturnType<typeof verifyToy>>, check: string) => report.lines.find(line => line.check === check)?.finding

describe('a bundle of a settled answer', () => {
  let lab: BundleLab
  beforeAll(async () => {
    lab = await openBundleLab([{}, { text: 'other' }, 'miss', null])
  })

  it('keeps the audit secret and the scores silent until the chain shows them', async () => {
    const early = await lab.export(0)
    expect([early.secret, early.scores]).toEqual([null, null])
    const report = await verifyToy(early)
    expect([report.same, findingOf(report, 'AuditDraw'), findingOf(report, 'Scores')]).toEqual([true, 'absent', 'absent'])
    expect(report.absent).toContain("the epoch's audit secret: AuditDraw is left out")
    await lab.disclose()
    expect((await lab.export(0)).scores).toBeNull()
    await lab.reveal()
    const late = await verifyToy(await lab.export(0))
    expect([late.same, findingOf(late, 'AuditDraw'), findingOf(late, 'Scores'), late.absent]).toEqual([true, 'pass', 'pass', []])
  })

  it.each([
    [0, 'pass', null],
    [1, 'fail', 'VERIFY_TEXT'],
    [2, 'miss', 'timeout'],
    [3, 'void', 'lost'],
  ])('repeats the verdict on deed %i: %s %s', async (deed, kind, code) => {
    const report = await verifyToy(await lab.export(deed))
    expect(report).toMatchObject({ same: true, signed: { kind, code }, reached: { kind, code } })
    expect(report.signed.sentence).toMatch(/[.)]$/)
  })

  it('survives being written to a file and read again', async () => {
    const bundle = await lab.export(0)
    const text = canonicalJson(bundle as unknown as Json)
    expect(await verifyToy(JSON.parse(text))).toEqual(await verifyToy(bundle))
  })

  it('names each check with what it measured', async () => {
    const { lines } = await verifyToy(await lab.export(0))
    expect(lines.find(({ check }) => check === 'Margin')).toMatchObject({ value: 0, threshold: 1e-4, finding: 'pass' })
    expect(lines.find(({ check }) => check === 'InTime')).toMatchObject({ value: 118, threshold: 120, finding: 'pass' })
    expect(lines.map(({ check }) => check)).toEqual(
      expect.arrayContaining(['Signature', 'Request', 'Sequence', 'ImpossibleToken', 'EndEarly']),
    )
  })

  it('differs where the reference run of whoever checks speaks otherwise', async () => {
    const apart = await verifyToy(await lab.export(0), ({ tokenIds }) => toyStatistics(tokenIds.length, { margins: [0, 0.2, 0] }))
    expect([apart.same, findingOf(apart, 'Reference')]).toEqual([false, 'fail'])
    const impossible = { margins: [0, 9, 0], surprisals: [0.5, 40, 0.5] }
    const convicted = await verifyToy(await lab.export(0), ({ tokenIds }) => toyStatistics(tokenIds.length, impossible))
    expect(convicted).toMatchObject({ same: false, reached: { kind: 'fail', code: 'VERIFY_IMPOSSIBLE_TOKEN' } })
  })

  it('names the check that did not count in its round, and by whose word, and its e-value follows all the same', async () => {
    const turned = ({ tokenIds }: { readonly tokenIds: readonly number[] }) => toyStatistics(tokenIds.length, { margins: [0.4, 0, 0] })
    const suspending = await openBundleLab([{}, {}], { control: 'One', score: async request => turned(request) })
    const bundle = await suspending.export(1)
    const report = await verifyToy(bundle, turned)
    expect([report.same, findingOf(report, 'StoredStatistics')]).toEqual([true, 'pass'])
    expect(report.lines.find(({ check }) => check === 'Suspended')?.note).toContain(`${devKey('One').hotkey}: margin`)
    expect(bundle.verdict.statement.verdict.eValue).toBe(1)
    expect(findingOf(await verifyToy(await lab.export(0)), 'Suspended')).toBeUndefined()
  })

  it('is refused with another model', async () => {
    const other = { ...toyModel, manifestDigest: 'b'.repeat(64) }
    await expect(verifyToy(await lab.export(0), undefined, other)).rejects.toMatchObject({ code: 'VERIFY_MODEL', exitCode: 2 })
  })

  it('is found by the digest of its receipt too, and nothing is found by another', async () => {
    const { verdict } = await lab.export(0)
    const found = await buildBundle(lab.store, verdict.statement.receiptDigest ?? '', labMaster)
    expect(found.verdict).toEqual(verdict)
    await expect(buildBundle(lab.store, 'f'.repeat(64), labMaster)).rejects.toMatchObject({ code: 'VALIDATOR_RECEIPT_UNKNOWN' })
  })

  it('is told to a person check by check, with the verdict in a sentence', async () => {
    const text = renderReport(await verifyToy(await lab.export(1)))
    expect(text).toMatch(/^Text +fail$/m)
    expect(text).toMatch(/^InTime +118 +120 +pass$/m)
    expect(text).toContain('signed by the validator: fail (VERIFY_TEXT). The signed text is not what the signed token ids say.')
    expect(text).toContain('the same verdict is reached here')
  })
})

describe('a validator that signs what is not so', () => {
  type Statement = Bundle['verdict']['statement']
  const signedAnew = (bundle: Bundle, change: (statement: Statement) => Statement): Bundle => {
    const statement = change(bundle.verdict.statement)
    const signature = `0x${Buffer.from(devKey('Validator').sign(verdictBytes(statement))).toString('hex')}`
    return { ...bundle, verdict: { statement, signature } }
  }
  const cases: readonly (readonly [string, string, (statement: Statement) => Statement])[] = [
    ['an answer was not drawn', 'AuditDraw', each => ({ ...each, audit: { ...each.audit, drawn: false } })],
    ['another rate', 'AuditRate', each => ({ ...each, verdict: { ...each.verdict, auditRate: 0.5 } })],
    ['another beacon block', 'Beacon', each => ({ ...each, audit: { ...each.audit, beacon: { block: 121, hash: '0x11' } } })],
    ['a commitment after the round began', 'Commitment', each => ({ ...each, round: { ...each.round, startBlock: 190 } })],
    ['a failure that is none', 'Verdict', each => ({ ...each, verdict: { ...each.verdict, kind: 'fail', code: 'VERIFY_TEXT' } })],
    ['an e-value that does not follow', 'StoredStatistics', each => ({ ...each, verdict: { ...each.verdict, eValue: 0.6 } })],
  ]

  it.each(cases)('is found out: %s', async (_, check, change) => {
    const lab = await openBundleLab([{}])
    await lab.disclose()
    const report = await verifyToy(signedAnew(await lab.export(0), change))
    expect([report.same, findingOf(report, check)]).toEqual([false, 'fail'])
  })
})

/** Paths of all leaves. */
function leavesOf(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [[...path]]
  const entries = Array.isArray(value) ? value.map((each, index) => [index, each] as const) : Object.entries(value)
  return entries.flatMap(([key, each]) => leavesOf(each, [...path, key]))
}

function changed(value: unknown): unknown {
  if (typeof value === 'number') return value + 1
  if (typeof value === 'boolean') return !value
  if (value === null) return 0
  if (typeof value !== 'string') return null
  // Of the same shape, so that not only the schema refuses it: the last digit or letter becomes another.
  const last = value.at(-1) ?? ''
  return `${value.slice(0, -1)}${last === '1' ? '2' : '1'}`
}

function withChange(value: unknown, [key, ...rest]: readonly (string | number)[]): unknown {
  if (key === undefined) return changed(value)
  if (Array.isArray(value)) return value.map((each, index) => (index === key ? withChange(each, rest) : each))
  return Object.fromEntries(
    Object.entries(value as object).map(([name, each]) => [name, name === String(key) ? withChange(each, rest) : each]),
  )
}

describe('any one change of a bundle', () => {
  it('is refused, or changes what is found, whichever field it is in', async () => {
    const lab = await openBundleLab([{}])
    await lab.disclose()
    await lab.reveal()
    const bundle = await lab.export(0)
    const before = JSON.stringify(await verifyToy(bundle))
    const paths = leavesOf(bundle)
    expect(paths.length).toBeGreaterThan(120)
    const unnoticed: string[] = []
    for (const path of paths) {
      const other = withChange(bundle, path)
      const after = await verifyToy(other).then(JSON.stringify, () => 'refused')
      if (after === before) unnoticed.push(path.join('/'))
    }
    expect(unnoticed).toEqual([])
  })

  it('that leaves a part out is refused, or the part is named as absent', async () => {
    const lab = await openBundleLab([{}])
    await lab.disclose()
    await lab.reveal()
    const bundle = await lab.export(0)
    for (const part of ['secret', 'commitment', 'statistics', 'scores'] as const) {
      const result = await verifyToy({ ...bundle, [part]: null }).then(
        ({ absent }) => absent.length,
        () => 'refused',
      )
      expect(result, part).not.toBe(0)
    }
    for (const part of ['exchange', 'subnet', 'verdict'] as const) {
      const { [part]: _, ...rest } = bundle
      await expect(verifyToy(rest), part).rejects.toThrow('bundle is malformed')
    }
    await expect(verifyToy({ ...bundle, more: 1 })).rejects.toThrow('bundle is malformed')
  })
})
