import { describe, expect, it } from 'vitest'
import { answerOpening } from '../../../shared/proof/fingerprint/answer-opening.ts'
import { findOpeningProblem, fingerprintDistances } from '../../../shared/proof/fingerprint/compare-fingerprint.ts'
import { drawOpening } from '../../../shared/proof/fingerprint/draw-opening.ts'
import { commitRows, toHiddenRows } from '../../../shared/proof/fingerprint/hidden-rows.ts'
import { fromFloat16, toFloat16 } from '../../../shared/proof/float16.ts'
import { rootOf } from '../../../shared/proof/merkle/build-tree.ts'

const hidden = 64
const count = 20
const terms = { hidden, k: 8, fullRows: 3, rows: count }

function noise(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return state / 2 ** 31 - 1
  }
}
function rowsOf(seed: number): Float32Array {
  const draw = noise(seed)
  return Float32Array.from({ length: hidden * count }, draw)
}
function lab(values = rowsOf(1)) {
  const rows = toHiddenRows(values, hidden)
  const tree = commitRows(rows)
  const opening = drawOpening('ab'.repeat(32), 'cd'.repeat(32), terms)
  return { opening, commitment: { root: rootOf(tree), rows: count, hidden }, answer: answerOpening(rows, tree, opening) }
}

describe('float16', () => {
  it('gives back every number that it can hold, and rounds halves to even', () => {
    const patterns = Array.from({ length: 0x10000 }, (_, pattern) => pattern).filter(pattern => !Number.isNaN(fromFloat16(pattern)))
    expect(patterns.filter(pattern => fromFloat16(toFloat16(fromFloat16(pattern))) !== fromFloat16(pattern))).toEqual([])
    expect(toFloat16(1 + 2 ** -11)).toBe(toFloat16(1))
    expect(toFloat16(1 + 3 * 2 ** -11)).toBe(toFloat16(1) + 2)
    expect(fromFloat16(toFloat16(65_519))).toBe(65_504)
    expect(fromFloat16(toFloat16(65_520))).toBe(Number.POSITIVE_INFINITY)
    expect(fromFloat16(toFloat16(Number.NaN))).toBeNaN()
    expect(fromFloat16(toFloat16(3 * 2 ** -25))).toBe(2 ** -23)
  })
})

describe('an activation fingerprint', () => {
  it('of the rows that were committed to agrees with its receipt and is close to the reference', () => {
    const { answer, opening, commitment } = lab()
    expect(findOpeningProblem(answer, opening, commitment)).toBeNull()
    expect(Math.max(...fingerprintDistances(answer.projections, rowsOf(1), hidden, opening))).toBeLessThan(2e-3)
  })
  it('grows with the difference of the rows, and is far for another answer, zeros and numbers that are none', () => {
    const { opening } = lab()
    const draw = noise(9)
    const near = toHiddenRows(
      rowsOf(1).map(value => value + 0.02 * draw()),
      hidden,
    )
    const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length
    const distance = mean(fingerprintDistances(answerOpening(near, commitRows(near), opening).projections, rowsOf(1), hidden, opening))
    expect(distance).toBeGreaterThan(0.01)
    expect(distance).toBeLessThan(0.04)
    const other = lab(rowsOf(2)).answer.projections
    expect(Math.min(...fingerprintDistances(other, rowsOf(1), hidden, opening))).toBeGreaterThan(0.3)
    expect(fingerprintDistances(new Uint16Array(count * 8), rowsOf(1), hidden, opening).every(value => value > 0.2 && value < 3)).toBe(true)
    expect(fingerprintDistances(new Uint16Array(count * 8).fill(0x7e00), rowsOf(1), hidden, opening)[0]).toBe(Number.POSITIVE_INFINITY)
  })
  it('is refused where any part of it is not what was committed to', () => {
    const { answer, opening, commitment } = lab()
    const foreign = lab(rowsOf(2)).answer
    const first = answer.rows[0]
    if (first === undefined) throw new Error('rows were asked for')
    expect(findOpeningProblem({ ...answer, rows: foreign.rows }, opening, commitment)).toBe('path')
    expect(findOpeningProblem({ ...answer, projections: foreign.projections }, opening, commitment)).toBe('projection')
    expect(findOpeningProblem({ ...answer, rows: answer.rows.slice(1) }, opening, commitment)).toBe('rows')
    expect(findOpeningProblem({ ...answer, rows: answer.rows.toReversed() }, opening, commitment)).toBe('rows')
    expect(findOpeningProblem({ ...answer, projections: answer.projections.subarray(1) }, opening, commitment)).toBe('shape')
    expect(
      findOpeningProblem({ ...answer, rows: [{ ...first, bytes: first.bytes.subarray(2) }, ...answer.rows.slice(1)] }, opening, commitment),
    ).toBe('shape')
    const nulls = { projections: new Uint16Array(count * 8), rows: answer.rows.map(row => ({ ...row, bytes: new Uint8Array(2 * hidden) })) }
    expect(findOpeningProblem(nulls, opening, commitment)).toBe('path')
  })
  it('asks for other rows and another matrix with another beacon or receipt', () => {
    const { opening } = lab()
    expect(drawOpening('ab'.repeat(32), 'cd'.repeat(32), terms)).toEqual(opening)
    expect(drawOpening('ac'.repeat(32), 'cd'.repeat(32), terms).signs).not.toEqual(opening.signs)
    expect(drawOpening('ab'.repeat(32), 'ce'.repeat(32), terms).signs).not.toEqual(opening.signs)
    expect(drawOpening('ab'.repeat(32), 'cd'.repeat(32), { ...terms, rows: 2 }).rows).toEqual([0, 1])
  })
})
