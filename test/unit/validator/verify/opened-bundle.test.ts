import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ScoreRequest, ScoreResult } from '../../../../shared/engine/engine-port.ts'
import type { Bundle } from '../../../../shared/protocol/bundle.ts'
import { buildBundle } from '../../../../validator/reports/build-bundle.ts'
import type { BundleReport } from '../../../../validator/verify/bundle-report.ts'
import { renderReport } from '../../../../validator/verify/render-report.ts'
import { verifyToy } from '../../../support/bundle-lab.ts'
import { type OpeningLab, openOpeningLab } from '../../../support/opening-lab.ts'
import { labMaster } from '../../../support/settlement-lab.ts'
import { toyModel, toyStatistics } from '../../../support/toy-exchange.ts'
import { toyHidden, toyRows } from '../../../support/toy-rows.ts'

const score = ({ tokenIds, wantHidden }: ScoreRequest, salt = 1): ScoreResult => ({
  ...toyStatistics(tokenIds.length),
  ...(wantHidden === true && { hidden: toyRows(tokenIds, salt) }),
})
const lineOf = (report: BundleReport, check: string) => report.lines.find(line => line.check === check)

describe('a bundle of an opened answer', () => {
  let lab: OpeningLab
  let bundle: Bundle
  beforeAll(async () => {
    lab = await openOpeningLab((honest, count) => (count === 1 ? honest : 404))
    await lab.askOpenable(40, { One: 1 })
    await lab.settle(40)
    await lab.askOpenable(41, { One: 1 })
    await lab.settle(41)
    bundle = await buildBundle(lab.store, lab.requestId(40, 'One', 0), labMaster)
  })
  afterAll(() => lab.close())

  it('carries the opening, and whoever has the model measures it again', async () => {
    const report = await verifyToy(bundle, score, toyModel, toyHidden)
    expect(report).toMatchObject({ same: true, reached: { kind: 'pass' } })
    expect(lineOf(report, 'Opening')).toMatchObject({ finding: 'pass' })
    expect(lineOf(report, 'Fingerprint')).toMatchObject({ finding: 'pass', value: expect.closeTo(0, 3) })
    expect(lineOf(report, 'LogProbDrift')).toMatchObject({ value: 0 })
    expect(lineOf(report, 'StoredStatistics')).toMatchObject({ finding: 'pass' })
    expect(renderReport(report)).toMatch(/Fingerprint +0\.000/)
  })

  it('shows rows that are not those of the model of whoever checks', async () => {
    const report = await verifyToy(bundle, request => score(request, 7), toyModel, toyHidden)
    expect(Number(lineOf(report, 'Fingerprint')?.value)).toBeGreaterThan(0.5)
  })

  it('names what is absent: rows where the engine of whoever checks shows none', async () => {
    const { absent, same } = await verifyToy(bundle, score)
    expect(same).toBe(true)
    expect(absent).toContain("opened rows beside the reference's: Fingerprint is left out")
  })

  it('repeats a miss for an opening that did not come, with its reason', async () => {
    const missed = await buildBundle(lab.store, lab.requestId(41, 'One', 0), labMaster)
    const report = await verifyToy(missed, score, toyModel, toyHidden)
    expect(report).toMatchObject({ same: true, reached: { kind: 'miss', code: 'VERIFY_OPENING_MISSING' } })
    expect(lineOf(report, 'OpeningGiven')).toMatchObject({ finding: 'fail', note: expect.stringContaining('refused: status 404') })
  })

  it.each<[string, (opening: NonNullable<Bundle['opening']>) => Bundle['opening'], string]>([
    ['left out', () => undefined, 'the opening is left out'],
    ['changed', opening => ({ ...opening, hiddenSize: 25 }), 'the opening is not the one that was judged'],
  ])('is refused with its opening %s', async (_, change, problem) => {
    const { opening, ...rest } = bundle
    if (opening === undefined) throw new Error('no opening')
    const changed = change(opening)
    await expect(verifyToy({ ...rest, ...(changed && { opening: changed }) }, score)).rejects.toThrow(problem)
  })
})
