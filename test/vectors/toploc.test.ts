import { describe, expect, it } from 'vitest'
import { fromBfloat16, toBfloat16 } from '../../shared/proof/bfloat16.ts'
import { buildChunkProof, buildTopLoc } from '../../shared/proof/toploc/build-toploc.ts'
import { compareTopLoc } from '../../shared/proof/toploc/compare-toploc.ts'
import { encodeProof, parseProof } from '../../shared/proof/toploc/encode-proof.ts'
import { findInjectiveModulus } from '../../shared/proof/toploc/find-injective-modulus.ts'
import { evaluate, interpolate } from '../../shared/proof/toploc/interpolate.ts'

// Facts of the toploc package's own README and tests: five chunks of a seeded bfloat16 tensor, of which only the four largest values
// matter, and the proofs that it prints for them.
const hidden = 16
const shape = { hidden, k: 4, chunkRows: 3, promptRows: 5 }
const chunks = [
  { rows: 5, points: { 35: 0x4039, 79: 0xc02b, 63: 0x4019, 70: 0xc00b }, proof: '/9kbQitnukt1bQ==' },
  { rows: 3, points: { 35: 0xc023, 44: 0x4022, 2: 0xc018, 6: 0xbfe4 }, proof: '/9nLuJrxhiVUoA==' },
  { rows: 3, points: { 8: 0x4034, 47: 0xc00f, 3: 0x400d, 19: 0x4002 }, proof: '/9m0aNrm5KtBtg==' },
  { rows: 3, points: { 44: 0xc00e, 43: 0x4007, 33: 0x4001, 3: 0x4000 }, proof: '/9mAZNZYMOKvcw==' },
  { rows: 1, points: { 13: 0xc01d, 1: 0xbfa4, 4: 0x3f9b, 14: 0x3f97 }, proof: '/9nSBGTqkZH21w==' },
]
const rows = Uint16Array.from(
  chunks.flatMap(({ rows: count, points }) => {
    const values = new Array<number>(count * hidden).fill(0)
    for (const [index, bits] of Object.entries(points)) values[Number(index)] = bits
    return values
  }),
)
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

describe('TOPLOC, as the toploc package computes it', () => {
  it('builds the same bytes (vector A)', () => {
    expect(buildTopLoc(rows, shape).map(base64)).toEqual(chunks.map(({ proof }) => proof))
  })
  it('finds the same differences after every value grew by one per cent (vector B)', () => {
    const grown = rows.map(bits => toBfloat16(fromBfloat16(bits) * 1.01))
    const proofs = chunks.map(({ proof }) => Buffer.from(proof, 'base64'))
    const found = compareTopLoc(grown, proofs, shape)
    expect(found.map(chunk => chunk?.exponentMismatches)).toEqual([0, 0, 0, 0, 0])
    expect(found.map(chunk => chunk?.mantissaMean)).toEqual([1.75, 2, 1.25, 1, 2])
    expect(found.map(chunk => chunk?.mantissaMedian)).toEqual([2, 2, 1, 1, 2])
  })
  it('interpolates and evaluates the same polynomials (vector C)', () => {
    expect(interpolate([1, 3, 5, 2], [1, 5, 4, 1])).toEqual([49_133, 40_920, 49_130, 57_309])
    expect(interpolate([1, 2, 3], [4, 5, 6])).toEqual([3, 1, 0])
    expect(interpolate([12, 11, 15], [7, 65_496, 1])).toEqual([65_078, 32_814, 32_746])
    expect(evaluate([1, 2, 3, 4], 42)).toBe(39_741)
    expect(base64(encodeProof({ modulus: 65_497, coefficients: [1, 2, 3, 4] }))).toBe('/9kAAQACAAMABA==')
  })
  it('goes to a smaller modulus where two indices would meet (vector D)', () => {
    const values = new Uint16Array(131_001)
    for (const [index, bits] of [[5, 0x3f80], [65_502, 0xbf80], [65_501, 0x4040], [131_000, 0xc0a0]] as const) values[index] = bits
    expect(base64(buildChunkProof(values, 4))).toBe('/9c9cb1V+6EgLQ==')
    expect(findInjectiveModulus([0, 65_497])).toBe(65_496)
  })
  it('takes a null proof for what it is', () => {
    expect(parseProof(Buffer.from('AAAAAAAAAAAAAAAA', 'base64'), 5)).toBeNull()
  })
})
