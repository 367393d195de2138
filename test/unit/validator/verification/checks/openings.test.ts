import { beforeAll, describe, expect, it } from 'vitest'
import { waitForCrypto } from '../../../../../shared/identity/crypto-ready.ts'
import { fieldPrime } from '../../../../../shared/proof/toploc/field.ts'
import type { OpeningArrival, OpeningStatement } from '../../../../../shared/protocol/opening.ts'
import { packFloats } from '../../../../../shared/protocol/pack-numbers.ts'
import { sha256Hex } from '../../../../../shared/util/sha256-hex.ts'
import { fingerprintDistance } from '../../../../../validator/verification/checks/check-fingerprint.ts'
import { logProbDrift } from '../../../../../validator/verification/checks/check-log-prob-drift.ts'
import { topLocMeans } from '../../../../../validator/verification/checks/check-toploc.ts'
import { type JudgeInput, judge, judgeReceipt } from '../../../../../validator/verification/judge.ts'
import { measureOpening } from '../../../../../validator/verification/measure-opening.ts'
import type { Verdict } from '../../../../../validator/verification/verdict.ts'
import { toyTerms } from '../../../../support/subnet-terms.ts'
import { devKey, toyInput, toyStatistics } from '../../../../support/toy-exchange.ts'
import { type ToyOpening, type ToyOpeningParts, toyOpening } from '../../../../support/toy-opening.ts'
import { toyHidden, toyRows } from '../../../../support/toy-rows.ts'

beforeAll(waitForCrypto)

/** Far from what honest rows of the toy come to, and near it. */
const terms = {
  ...toyTerms,
  proofBounds: { fingerprint: 0.002, logProbDrift: 0.01, toploc: { exponentMismatches: 1, mantissaMean: 1, mantissaMedian: 1 } },
}

function verdictOf({ exchange, opened, hidden }: ToyOpening, parts: Partial<JudgeInput> = {}): Verdict {
  const tokens = hidden.length / toyHidden
  const statistics = { ...toyStatistics(tokens), ...measureOpening(exchange, opened, hidden) }
  return judge(toyInput(exchange, { opened, terms, statistics, ...parts }))
}

const told = (parts: ToyOpeningParts = {}) => {
  const { kind, code, evidence } = verdictOf(toyOpening(parts))
  return `${kind} ${code} ${evidence.notes ?? evidence.problem}`
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'))
const flipped = (text: string, at = 0) => {
  const bytes = bytesOf(text)
  bytes[at] = (bytes[at] ?? 0) ^ 0x40
  return base64(bytes)
}

describe('an opened answer', () => {
  it('passes where its rows are the model’s, and says how near they are', () => {
    const { kind, evidence } = verdictOf(toyOpening())
    expect(kind).toBe('pass')
    expect(evidence.notes).toBe('')
    expect(evidence.fingerprint).toBeLessThan(0.001)
    expect(evidence.toplocExponents).toBeLessThan(1)
    expect(evidence.logProbDrift).toBe(0)
  })

  it('of one token is judged like every other', () => {
    expect(told({ tokenIds: [0] })).toBe('pass null ')
  })

  it('is judged without its opening where the validator itself lost it', () => {
    const honest = toyOpening()
    const arrival: OpeningArrival = { kind: 'none', reason: 'late', detail: '', elapsedMs: 0, ours: true }
    const opened = { ...honest.opened, arrival }
    const { kind, evidence } = verdictOf({ ...honest, opened })
    expect(kind).toBe('pass')
    expect(evidence.fingerprint).toBeUndefined()
  })

  it('says nothing by an opening that somebody changed on its way, which the miner never signed', () => {
    const bounds = {
      greedySlack: 0,
      fingerprintBound: 0.0025,
      logProbBound: 0.002,
      checkWeights: { margin: 0.4, fingerprint: 0.4, logProb: 0.2 },
    }
    const weighed = { terms: { ...terms, bounds } }
    const garble = (statement: OpeningStatement) => ({
      ...statement,
      projections: base64(bytesOf(statement.projections).map(byte => byte ^ 0x40)),
    })
    const honest = toyOpening()
    const { arrival } = honest.opened
    if (arrival.kind !== 'opening') throw new Error('no opening')
    const forged = { ...honest, opened: { ...honest.opened, arrival: { ...arrival, statement: garble(arrival.statement) } } }
    const verdict = verdictOf(forged, weighed)
    expect(`${verdict.kind} ${verdict.code}`).toBe('miss VERIFY_OPENING_MISSING')
    expect(verdict.eValue).toBeLessThan(1)
    expect(verdict.evidence.fingerprint).toBeUndefined()
    // Had the miner signed it, it would be a contradiction.
    expect(verdictOf(toyOpening({ change: garble }), weighed).kind).toBe('fail')
  })

  it('that was not drawn for audit is not held to an opening', () => {
    const { exchange, opened } = toyOpening({ change: statement => ({ ...statement, projections: '' }) })
    expect(judgeReceipt(toyInput(exchange, { opened, audited: false }))?.kind).toBe('unaudited')
  })
})

describe('an opening that the miner signed and that contradicts its receipt', () => {
  it.each<[string, (statement: OpeningStatement) => OpeningStatement, string]>([
    ['null projections', s => ({ ...s, projections: base64(bytesOf(s.projections).fill(0)) }), 'projection'],
    ['random projections', s => ({ ...s, projections: base64(bytesOf(s.projections).map((_, at) => (at * 89 + 17) % 120)) }), 'projection'],
    ['no projections', s => ({ ...s, projections: '' }), 'shape'],
    ['truncated projections', s => ({ ...s, projections: base64(bytesOf(s.projections).slice(0, -2)) }), 'shape'],
    ['half a number', s => ({ ...s, projections: base64(bytesOf(s.projections).slice(0, -1)) }), 'shape'],
    ['projections in another spelling of base64', s => ({ ...s, projections: `${s.projections}=` }), 'shape'],
    ['a row less', s => ({ ...s, rows: s.rows.slice(1) }), 'rows'],
    ['no rows', s => ({ ...s, rows: [] }), 'rows'],
    ['rows in another order', s => ({ ...s, rows: s.rows.toReversed() }), 'rows'],
    ['another row than was drawn', s => ({ ...s, rows: s.rows.map(row => ({ ...row, index: (row.index + 1) % 10 })) }), 'rows'],
    ['a row with one bit changed', s => ({ ...s, rows: s.rows.map(row => ({ ...row, bytes: flipped(row.bytes) })) }), 'path'],
    ['a null row', s => ({ ...s, rows: s.rows.map(row => ({ ...row, bytes: base64(bytesOf(row.bytes).fill(0)) })) }), 'path'],
    ['a row of another size', s => ({ ...s, rows: s.rows.map(row => ({ ...row, bytes: base64(bytesOf(row.bytes).slice(2)) })) }), 'shape'],
    ['a path cut short', s => ({ ...s, rows: s.rows.map(row => ({ ...row, path: row.path.slice(1) })) }), 'path'],
    ['a path made longer', s => ({ ...s, rows: s.rows.map(row => ({ ...row, path: [...row.path, '0'.repeat(64)] })) }), 'path'],
  ])('fails with %s', (_, change, problem) => {
    expect(told({ change })).toBe(`fail VERIFY_OPENING ${problem}`)
  })

  it('fails with the rows of another answer of its own, which fit together and are not under its root', () => {
    const other = shown(toyOpening({ rows: toyRows(honestIds(), 3) }))
    const change = (statement: OpeningStatement) => {
      const rows = statement.rows.map((row, at) => ({ ...row, ...other.rows[at], index: row.index }))
      return { ...statement, projections: other.projections, rows }
    }
    expect(told({ change })).toBe('fail VERIFY_OPENING path')
  })

  it('fails without a reference run', () => {
    const { exchange, opened } = toyOpening({ change: statement => ({ ...statement, rows: [] }) })
    expect(judgeReceipt(toyInput(exchange, { opened }))).toMatchObject({ kind: 'fail', code: 'VERIFY_OPENING', work: 0 })
  })

  it.each<[string, (proofs: readonly string[]) => string[], string]>([
    ['other TOPLOC proofs than the receipt names', proofs => proofs.map(proof => flipped(proof, 5)), 'digest'],
    ['a TOPLOC proof less', proofs => proofs.slice(1), 'digest'],
    ['TOPLOC proofs in another order', proofs => proofs.toReversed(), 'digest'],
  ])('fails with %s', (_, change, problem) => {
    expect(told({ change: statement => ({ ...statement, topLoc: change(statement.topLoc ?? []) }) })).toBe(`fail VERIFY_TOPLOC ${problem}`)
  })

  it.each<[string, (proof: Uint8Array) => Uint8Array]>([
    ['the modulus 0', proof => withWord(proof, 0, 0)],
    ['the modulus 65,498', proof => withWord(proof, 0, fieldPrime + 1)],
    ['a coefficient outside the field', proof => withWord(proof, 1, fieldPrime)],
    ['a byte less', proof => proof.slice(0, -1)],
    ['a value more', proof => Uint8Array.from([...proof, 0, 1])],
    ['no bytes', () => new Uint8Array()],
    ['all zeros', proof => proof.map(() => 0)],
  ])('fails with a TOPLOC proof of %s, also where its receipt names it', (_, change) => {
    const honest = toyOpening()
    const topLoc = (shown(honest).topLoc ?? []).map(text => base64(change(bytesOf(text))))
    const toplocDigest = sha256Hex(Buffer.concat(topLoc.map(bytesOf)))
    expect(told({ answer: { receipt: { toplocDigest } }, change: statement => ({ ...statement, topLoc }) })).toBe(
      'fail VERIFY_TOPLOC malformed',
    )
  })

  it('fails with fewer proofs than the answer has chunks, also where its receipt names them', () => {
    const topLoc = (shown(toyOpening()).topLoc ?? []).slice(1)
    const toplocDigest = sha256Hex(Buffer.concat(topLoc.map(bytesOf)))
    expect(told({ answer: { receipt: { toplocDigest } }, change: s => ({ ...s, topLoc }) })).toBe('fail VERIFY_TOPLOC 2 proofs of 3')
  })
})

describe('what a stranger on the wire could have made of an opening', () => {
  it('is a miss: that another key signed', () => {
    expect(told({ signer: devKey('One') })).toContain('miss VERIFY_OPENING_MISSING')
  })

  it.each<[string, (statement: OpeningStatement) => OpeningStatement]>([
    ['of another receipt', statement => ({ ...statement, receiptDigest: 'b'.repeat(64) })],
    ['of another request', statement => ({ ...statement, requestId: 'b'.repeat(32) })],
    ['under another beacon', statement => ({ ...statement, beacon: '0x00' })],
    ['of fewer numbers a row', statement => ({ ...statement, k: 7 })],
    ['for another validator', statement => ({ ...statement, validator: devKey('One').hotkey })],
    ['of another miner', statement => ({ ...statement, miner: devKey('One').hotkey })],
    ['without the TOPLOC proofs that were asked for', statement => ({ ...statement, topLoc: null })],
  ])('is a miss: %s', (_, change) => {
    expect(told({ change })).toContain('miss VERIFY_OPENING_MISSING')
  })

  it('is a miss where nothing came, and the tokens are evidence all the same', () => {
    const { exchange, opened, hidden } = toyOpening()
    const arrival: OpeningArrival = { kind: 'none', reason: 'refused', detail: 'status 404', elapsedMs: 9, ours: false }
    const verdict = verdictOf({ exchange, opened: { ...opened, arrival }, hidden })
    expect(verdict).toMatchObject({ kind: 'miss', code: 'VERIFY_OPENING_MISSING', work: 0, evidence: { problem: 'refused: status 404' } })
    expect(verdict.eValue).not.toBeNull()
  })

  it('does not save an answer whose tokens convict', () => {
    const { exchange, opened, hidden } = toyOpening()
    const arrival: OpeningArrival = { kind: 'none', reason: 'timeout', detail: '', elapsedMs: 9, ours: false }
    const statistics = toyStatistics(10, { margins: Array(10).fill(30), logProbs: Array(10).fill(-40), surprisals: Array(10).fill(40) })
    const verdict = verdictOf({ exchange, opened: { ...opened, arrival }, hidden }, { statistics })
    expect(verdict).toMatchObject({ kind: 'fail', code: 'VERIFY_IMPOSSIBLE_TOKEN' })
  })
})

describe('rows that are committed to and opened as they should be', () => {
  const length = 10 * toyHidden
  it.each<[string, () => Float32Array]>([
    ['all zero', () => new Float32Array(length)],
    [
      'random',
      () =>
        toyRows(
          Array.from({ length: 10 }, (_, place) => place),
          99,
        ),
    ],
    ['of another prompt', () => toyRows(Array.from({ length: 10 }, () => 7))],
    ['of a model that is 2 % off', () => toyRows(honestIds()).map((value, at) => value + 0.02 * Math.sin(at * 7.3))],
    ['of all rows shifted by one', () => Float32Array.from([...toyRows(honestIds()).slice(toyHidden), ...new Float32Array(toyHidden)])],
    ['the same row again and again', () => Float32Array.from({ length }, (_, at) => toyRows(honestIds())[at % toyHidden] ?? 0)],
    ['with the sign of all turned', () => toyRows(honestIds()).map(value => -value)],
    ['no numbers', () => new Float32Array(length).fill(Number.NaN)],
  ])('and that are %s, are noted, and convict nobody by themselves', (_, rows) => {
    const { kind, evidence } = verdictOf(toyOpening({ rows: rows() }))
    expect(kind).toBe('pass')
    expect(evidence.notes).toContain('VERIFY_FINGERPRINT')
    expect(evidence.fingerprint).toBeGreaterThan(0.002)
  })

  it('are noted by TOPLOC too, which does not see signs', () => {
    expect(told({ rows: toyRows(Array.from({ length: 10 }, () => 7)) })).toContain('VERIFY_TOPLOC_DISTANCE')
    expect(told({ rows: toyRows(honestIds()).map(value => -value) })).not.toContain('VERIFY_TOPLOC_DISTANCE')
  })

  it('say nothing where the reference’s own rows hold no numbers', () => {
    const { exchange, opened, hidden } = toyOpening()
    hidden.fill(Number.NaN, 0, toyHidden)
    const { fingerprint, topLoc } = measureOpening(exchange, opened, hidden)
    expect(fingerprint?.[0]).toBeNaN()
    expect(fingerprint?.[1]).toBeLessThan(0.001)
    expect([...(topLoc ?? [])].slice(0, 3)).toEqual([Number.NaN, Number.NaN, Number.NaN])
    expect(topLocMeans(topLoc)?.exponentMismatches).toBeLessThan(1)
    expect(verdictOf({ exchange, opened, hidden }).evidence.notes).toBe('')
  })
})

describe('the figures', () => {
  it('are means of clipped distances, and null where there is nothing', () => {
    expect(fingerprintDistance(Float64Array.of(0.5, Number.POSITIVE_INFINITY, Number.NaN))).toBe(0.75)
    expect(fingerprintDistance(Float64Array.of(Number.NaN))).toBeNull()
    expect(fingerprintDistance(undefined)).toBeNull()
    expect(topLocMeans(Float64Array.of(4, 2 ** 64, 2 ** 64, 0, 1, 2))).toEqual({
      exponentMismatches: 2,
      mantissaMean: 64,
      mantissaMedian: 64.5,
    })
    expect(topLocMeans(undefined)).toBeNull()
  })

  it('tell by how much the typical probability differs', () => {
    expect(logProbDrift([-1, -2, -3], [-1, -2, -3])).toBe(0)
    expect(logProbDrift([-1, -2, -9], [-1.1, -2.1, -3])).toBeCloseTo(Math.exp(0.1) - 1, 12)
    expect(logProbDrift([-1, -2], [-1, -2.2])).toBeCloseTo(Math.exp(0.1) - 1, 12)
    expect(logProbDrift([-1], [Number.NEGATIVE_INFINITY])).toBe(1e6)
    expect(logProbDrift([], [])).toBeNull()
  })

  it('note log-probabilities that are not the model’s', () => {
    const logProbs = Array.from({ length: 10 }, () => -0.55)
    const { exchange, opened, hidden } = toyOpening({ answer: { logProbs } })
    expect(exchange.arrival).toMatchObject({ logProbs: packFloats(logProbs) })
    expect(verdictOf({ exchange, opened, hidden }).evidence.notes).toBe('VERIFY_LOGPROB_DRIFT')
  })
})

function honestIds(): number[] {
  return [...Array.from({ length: 9 }, (_, place) => 1 + (place % 25)), 0]
}

function shown({ opened: { arrival } }: ToyOpening): OpeningStatement {
  if (arrival.kind !== 'opening') throw new Error('no opening')
  return arrival.statement
}

function withWord(proof: Uint8Array, place: number, word: number): Uint8Array {
  const changed = Uint8Array.from(proof)
  changed[2 * place] = word >> 8
  changed[2 * place + 1] = word & 0xff
  return changed
}
