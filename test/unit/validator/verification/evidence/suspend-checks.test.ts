import { describe, expect, it } from 'vitest'
import type { CheckWeights } from '../../../../../validator/verification/evidence/answer-e-value.ts'
import { combineEValues } from '../../../../../validator/verification/evidence/answer-e-value.ts'
import { modelOfStream, streamName } from '../../../../../validator/verification/evidence/stream-name.ts'
import {
  evidenceOfParts,
  partsOfVerdict,
  suspendChecks,
  suspensionOf,
} from '../../../../../validator/verification/evidence/suspend-checks.ts'
import { toySubnet, toyTerms } from '../../../../support/subnet-terms.ts'
import { toyVerdict } from '../../../../support/toy-verdict.ts'

const checkWeights: CheckWeights = { margin: 0.5, fingerprint: 0.3, logProb: 0.2 }
const bounds = { greedySlack: 0, fingerprintBound: 0.02, logProbBound: 0.01, checkWeights }
const subnet = toySubnet({ models: [{ ...toyTerms, bounds }] })
const parts = { margin: 40, fingerprint: 0.5, logProb: 2 }
const judged = toyVerdict({ eValue: combineEValues(parts, checkWeights), evidence: { tokens: 3, ...evidenceOfParts(parts) } })
const suspended = (checks: Parameters<typeof suspendChecks>[1]['checks']) => suspendChecks(judged, { control: '5c', checks }, subnet)

describe('a suspended check', () => {
  it('counts as 1 in the e-value of every answer, and the others as before', () => {
    expect(judged.eValue).toBeCloseTo(0.5 * 40 + 0.3 * 0.5 + 0.2 * 2, 12)
    expect(suspended(['margin']).eValue).toBeCloseTo(0.5 + 0.3 * 0.5 + 0.2 * 2, 12)
    expect(suspended(['fingerprint', 'logProb']).eValue).toBeCloseTo(0.5 * 40 + 0.5, 12)
    expect(suspended(['margin', 'fingerprint', 'logProb']).eValue).toBe(1)
  })
  it('stands in the verdict with the miner by whose word, and what the checks said stays readable', () => {
    const verdict = suspended(['margin', 'logProb'])
    expect(suspensionOf(verdict.evidence)).toEqual({ control: '5c', checks: ['margin', 'logProb'] })
    expect(partsOfVerdict(verdict)).toEqual(parts)
    expect({ ...verdict, evidence: judged.evidence, eValue: judged.eValue }).toEqual(judged)
  })
  it('changes nothing where none is, and nothing of what no audit judged', () => {
    expect(suspended([])).toBe(judged)
    const fail = toyVerdict({ kind: 'fail', code: 'VERIFY_TEXT' })
    expect(suspendChecks(fail, { control: '5c', checks: ['margin'] }, subnet)).toBe(fail)
  })
  it('of a model is found by the stream, whatever the model is called', () => {
    expect(modelOfStream(streamName('synthetic', 'org/name/of-it', 0.7))).toBe('org/name/of-it')
  })
})
