import { describe, expect, it } from 'vitest'
import type { ScoreRequest, ScoreResult } from '../../../../shared/engine/engine-port.ts'
import type { Bundle } from '../../../../shared/protocol/bundle.ts'
import { canonicalJson } from '../../../../shared/protocol/canonical-json.ts'
import { openingDigest } from '../../../../shared/protocol/opening.ts'
import { verdictBytes } from '../../../../shared/protocol/verdict-statement.ts'
import { sha256Hex } from '../../../../shared/util/sha256-hex.ts'
import { buildBundle } from '../../../../validator/reports/build-bundle.ts'
import type { BundleReport } from '../../../../validator/verify/bundle-report.ts'
import { renderReport } from '../../../../validator/verify/render-report.ts'
import { verifyToy } from '../../../support/bundle-lab.ts'
import { openOpeningLab } from '../../../support/opening-lab.ts'
import { labMaster } from '../../../support/settlement-lab.ts'
import { toyTerms } from '../../../support/subnet-terms.ts'
import { devKey, toyModel, toyStatistics } from '../../../support/toy-exchange.ts'
import { toyHidden, toyRows } from '../../../support/toy-rows.ts'

const bounds = {
  ...{ greedySlack: 0.02, fingerprintBound: 0.0025, logProbBound: 0.002 },
  checkWeights: { margin: 0.4, fingerprint: 0.4, logProb: 0.2 },
}

/** A reference run: rows of a model of that salt, its log-probabilities off by so much, and apart from others in the last bits by so much. */
interface Run {
  readonly salt?: number
  readonly shift?: number
  readonly rounding?: number
  readonly margins?: readonly number[]
}
const runOf =
  ({ salt = 1, shift = 0, rounding = 0, margins }: Run) =>
  ({ tokenIds, wantHidden }: ScoreRequest): ScoreResult => {
    const statistics = toyStatistics(tokenIds.length, margins === undefined ? {} : { margins: [...margins] })
    return {
      ...statistics,
      logProbs: statistics.logProbs.map((each, at) => each - shift - rounding * ((at % 3) - 1)),
      ...(wantHidden === true && {
        hidden: toyRows(tokenIds, salt).map((each, at) => each * (1 + rounding * ((at % 3) - 1))),
      }),
    }
  }

/** A bundle of an answer that is honest, by a validator with that reference run. */
async function bundleOf(run: Run): Promise<Bundle> {
  const score = runOf(run)
  const lab = await openOpeningLab(honest => honest, {
    subnet: { models: [{ ...toyTerms, bounds }] },
    score: async request => score(request),
  })
  try {
    await lab.askOpenable(40, { One: 1 })
    await lab.settle(40)
    return await buildBundle(lab.store, lab.requestId(40, 'One', 0), labMaster)
  } finally {
    await lab.close()
  }
}

const verified = (bundle: Bundle, run: Run, hiddenSize: number | undefined = toyHidden) =>
  verifyToy(bundle, runOf(run), toyModel, hiddenSize)
const blamed = ({ lines }: BundleReport) =>
  lines.filter(({ against, finding }) => against === 'validator' && finding === 'fail').map(({ check }) => check)

type Statement = Bundle['verdict']['statement']
function signedAnew(bundle: Bundle, change: (statement: Statement) => Statement): Bundle {
  const statement = change(bundle.verdict.statement)
  const signature = `0x${Buffer.from(devKey('Validator').sign(verdictBytes(statement))).toString('hex')}`
  return { ...bundle, verdict: { statement, signature } }
}
/** The verdict with other values in its evidence, and without the reference run that would not lead there. */
const restated = (bundle: Bundle, evidence: Statement['verdict']['evidence'], rest: Partial<Statement['verdict']> = {}) =>
  signedAnew({ ...bundle, statistics: null }, each => ({
    ...each,
    verdict: { ...each.verdict, ...rest, evidence: { ...each.verdict.evidence, ...evidence } },
  }))

describe('a bundle whose validator ran a reference of its own', () => {
  it.each<[string, Run]>([
    ['the same machine', {}],
    ['a machine that rounds the last bits otherwise', { rounding: 1e-5 }],
    ['one that computes in half of the digits', { rounding: 2e-4 }],
    ['one in which a near tie turned', { margins: [0, 1e-4, 0] }],
  ])('says the same verdict to an honest verifier: %s', async (_, run) => {
    const bundle = await bundleOf({})
    const report = await verified(bundle, run)
    expect([blamed(report), report.same]).toEqual([[], true])
    const mirrored = await verified(await bundleOf(run), {})
    expect([blamed(mirrored), mirrored.same]).toEqual([[], true])
  })

  it.each<[string, Run, readonly string[]]>([
    ['rows of another model', { salt: 7 }, ['ReferenceFingerprint', 'FingerprintEValue', 'EValue']],
    ['log-probabilities that are half a nat off', { shift: 0.5 }, ['ReferenceLogProb', 'LogProbEValue', 'EValue']],
    ['margins where the model has none', { margins: [0.4, 0.4, 0.4] }, ['Reference', 'MarginEValue', 'EValue']],
  ])('is found out to have convicted by %s', async (_, run, checks) => {
    const bundle = await bundleOf(run)
    expect(bundle.verdict.statement.verdict).toMatchObject({ kind: 'pass', eValue: expect.any(Number) })
    expect(bundle.verdict.statement.verdict.eValue).toBeGreaterThan(1e4)
    const report = await verified(bundle, {})
    expect([blamed(report), report.same]).toEqual([checks, false])
    expect(renderReport(report)).toContain('THIS DIFFERS from what the validator signed')
    expect((await verified(bundle, run)).same).toBe(true)
  })

  it('is found out to have spared a miner whose answers are not of the model', async () => {
    const report = await verified(await bundleOf({}), { salt: 7 })
    expect([blamed(report), report.same]).toEqual([['ReferenceFingerprint', 'FingerprintEValue', 'EValue'], false])
  })
})

describe('a verdict with figures that its validator made up', () => {
  it.each<[string, readonly string[], (bundle: Bundle) => Bundle]>([
    ['an e-value that its checks do not come to', ['EValueParts', 'EValue'], each => restated(each, {}, { eValue: 1e6 })],
    ['the e-value of a check', ['MarginEValue', 'EValueParts'], each => restated(each, { marginEValue: 1e6 })],
    ['a stream with more weight', ['EValueStream'], each => restated(each, {}, { stream: 'synthetic/toy/other' })],
    ['a distance of rows', ['ReferenceFingerprint'], each => restated(each, { fingerprint: 0.9 })],
    ['a drift of log-probabilities', ['ReferenceLogProb'], each => restated(each, { logProbDrift: 0.9 })],
    ['TOPLOC differences where nothing was proven', ['ReferenceTopLocMean'], each => restated(each, { toplocMantissaMean: 90 })],
    ['no e-value', ['EValue'], each => restated(each, {}, { eValue: null, stream: null })],
    ['more work', ['Work'], each => restated(each, {}, { work: 1e6 })],
  ])('is found out: %s', async (_, checks, forge) => {
    const report = await verified(forge(await bundleOf({})), {})
    expect([blamed(report), report.same]).toEqual([checks, false])
  })

  it('is found out to have opened rows of a size that the model has not, which would leave them unmeasured', async () => {
    const honest = await bundleOf({})
    if (honest.opening === undefined) throw new Error('no opening')
    const opening = { ...honest.opening, hiddenSize: toyHidden + 1 }
    const report = await verified(
      signedAnew({ ...honest, opening }, each => ({ ...each, openingDigest: openingDigest(opening) })),
      {},
    )
    expect([report.same, blamed(report)]).toEqual([false, expect.arrayContaining(['HiddenSize'])])
  })

  it('names what an engine without rows leaves unchecked, unless that speaks against the miner', async () => {
    const honest = await verifyToy(await bundleOf({}), runOf({}))
    expect(honest.same).toBe(true)
    expect(honest.absent).toContainEqual(expect.stringMatching(/shows no rows.*unchecked: FingerprintEValue is left out/))
    expect(renderReport(honest)).toContain('the same verdict is reached here; what is absent above was not checked')
    const forged = await verifyToy(await bundleOf({ salt: 7 }), runOf({}))
    expect([forged.same, blamed(forged)]).toEqual([false, ['FingerprintEValue']])
  })

  it('does not pass with statistics that were made to fit', async () => {
    const [honest, forged] = [await bundleOf({}), await bundleOf({ shift: 0.5 })]
    const { statistics } = forged
    const statisticsDigest = sha256Hex(canonicalJson(statistics))
    const { eValue, evidence } = forged.verdict.statement.verdict
    const made = signedAnew({ ...honest, statistics }, each => ({
      ...{ ...each, statisticsDigest },
      verdict: { ...each.verdict, eValue, evidence },
    }))
    const report = await verified(made, {})
    expect(report.lines.find(({ check }) => check === 'StoredStatistics')?.finding).toBe('pass')
    expect([report.same, blamed(report)]).toEqual([false, ['ReferenceLogProb', 'LogProbEValue', 'EValue']])
  })
})
