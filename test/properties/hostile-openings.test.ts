import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { isAssayError } from '../../shared/errors/assay-error.ts'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { findOpeningProblem } from '../../shared/proof/fingerprint/compare-fingerprint.ts'
import { drawOpening } from '../../shared/proof/fingerprint/draw-opening.ts'
import { compareChunk } from '../../shared/proof/toploc/compare-toploc.ts'
import { type OpeningStatement, parseOpeningAsk, parseSignedOpening } from '../../shared/protocol/opening.ts'
import { type PackedOpening, unpackOpening } from '../../shared/protocol/pack-opening.ts'
import type { Receipt } from '../../shared/protocol/receipt.ts'
import { judge } from '../../validator/verification/judge.ts'
import { measureOpening } from '../../validator/verification/measure-opening.ts'
import { fullFuzz, fuzzRuns } from '../support/fuzz-runs.ts'
import { toyInput, toyStatistics } from '../support/toy-exchange.ts'
import { type ToyOpeningParts, toyBeacon, toyOpening } from '../support/toy-opening.ts'
import { toyHidden } from '../support/toy-rows.ts'

beforeAll(waitForCrypto)

/** Each of these cases is signed and verified twice, which takes most of its time. */
const signedRuns = (fast: number) => (fullFuzz ? 4_000 : fast)

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const hex32 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(bytes => Buffer.from(bytes).toString('hex'))
const randomText = fc.oneof(
  fc.uint8Array({ maxLength: 400 }).map(base64),
  fc.constantFrom('', 'AA==', 'AAAA', '====', base64(new Uint8Array(160))),
)

/** Another text of bytes: flipped, cut, longer, all zero, or anything at all. */
const changedText = (text: string): fc.Arbitrary<string> => {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'))
  return fc.oneof(
    fc.tuple(fc.nat(Math.max(0, bytes.length - 1)), fc.integer({ min: 1, max: 255 })).map(([at, mask]) => {
      const flipped = Uint8Array.from(bytes)
      flipped[at] = (flipped[at] ?? 0) ^ mask
      return base64(flipped)
    }),
    fc.nat(bytes.length).map(length => base64(bytes.subarray(0, length))),
    fc.uint8Array({ minLength: 1, maxLength: 8 }).map(more => base64(Uint8Array.from([...bytes, ...more]))),
    fc.constant(base64(new Uint8Array(bytes.length))),
    fc.constant(`${text}=`),
    randomText,
  )
}

const randomRow = fc.record({ index: fc.nat(131_071), bytes: randomText, path: fc.array(hex32, { maxLength: 17 }) })

/** An opening with its bulk members changed: what a miner may sign. */
function changedOpening({ projections, rows, topLoc }: OpeningStatement): fc.Arbitrary<Partial<PackedOpening>> {
  const changedRows = rows.map(row =>
    fc.record({
      index: fc.oneof(fc.constant(row.index), fc.nat(20)),
      bytes: fc.oneof(fc.constant(row.bytes), changedText(row.bytes)),
      path: fc.oneof(fc.constant(row.path), fc.shuffledSubarray(row.path), fc.array(hex32, { maxLength: 17 })),
    }),
  )
  return fc.record(
    {
      projections: fc.oneof(fc.constant(projections), changedText(projections)),
      rows: fc.oneof(fc.constant(rows), fc.tuple(...changedRows), fc.shuffledSubarray(rows), fc.array(randomRow, { maxLength: 16 })),
      topLoc: fc.oneof(
        fc.constant(topLoc),
        fc.tuple(...(topLoc ?? []).map(changedText)),
        fc.shuffledSubarray(topLoc ?? []),
        fc.array(randomText, { maxLength: 20 }),
        fc.constant(null),
      ),
    },
    { requiredKeys: [] },
  )
}

function judged(parts: ToyOpeningParts) {
  const { exchange, opened, hidden } = toyOpening(parts)
  const tokens = hidden.length / toyHidden
  // As the round does: only what holds against its receipt is measured, but measuring must not fall over anything either.
  return judge(toyInput(exchange, { opened, statistics: { ...toyStatistics(tokens), ...measureOpening(exchange, opened, hidden) } }))
}

describe('an opening of a hostile miner', () => {
  it('is refused with a place, or read, whatever its JSON is', () => {
    const { arrival, ...rest } = toyOpening().opened
    if (arrival.kind !== 'opening') throw new Error('no opening')
    const { statement, signature } = arrival
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom<unknown>(null, -1, 2 ** 53, '', '\ud800', [], {}, [[]], 'x'.repeat(5_000)),
    )
    const names = [...Object.keys(statement), ...Object.keys(rest.ask)]
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names, '__proto__', 'extra'), value, { maxKeys: 4 }), changes => {
        for (const parse of [
          () => parseSignedOpening({ statement: { ...statement, ...changes }, signature }),
          () => parseOpeningAsk({ ...rest.ask, ...changes }),
        ])
          try {
            parse()
          } catch (error) {
            if (!isAssayError(error, 'PROTO_SHAPE')) throw error
          }
      }),
      { numRuns: fuzzRuns(200) },
    )
  })

  it('gets a verdict whatever the miner signed: never void, and never a pass where a row or a proof was changed', () => {
    const honest = toyOpening().opened.arrival
    if (honest.kind !== 'opening') throw new Error('no opening')
    const { rows, topLoc } = honest.statement
    fc.assert(
      fc.property(changedOpening(honest.statement), changes => {
        const { kind, code } = judged({ change: statement => ({ ...statement, ...changes }) })
        expect(['pass', 'fail', 'miss']).toContain(kind)
        const isChanged = (name: 'rows' | 'topLoc') =>
          name in changes && JSON.stringify(changes[name]) !== JSON.stringify({ rows, topLoc }[name])
        if (isChanged('rows') || isChanged('topLoc')) expect(kind, `${code}`).not.toBe('pass')
      }),
      { numRuns: signedRuns(60) },
    )
  })

  it('gets a verdict whatever the receipt commits to', () => {
    const fields: fc.Arbitrary<Partial<Receipt>> = fc.record(
      {
        hiddenRoot: fc.oneof(hex32, fc.constant(null)),
        toplocDigest: fc.oneof(hex32, fc.constant(null)),
        tokenIds: fc.array(fc.nat(0xffff_ffff), { maxLength: 40 }).map(ids => base64(new Uint8Array(Uint32Array.from(ids).buffer))),
        logProbsDigest: hex32,
        sequence: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        promptTokens: fc.nat(1_000),
        finishReason: fc.constantFrom('stop' as const, 'length' as const),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fields, receipt => {
        expect(['pass', 'fail', 'miss']).toContain(judged({ answer: { receipt } }).kind)
      }),
      { numRuns: signedRuns(40) },
    )
  })

  it('is measured or found wrong, fifty random proofs and rows at a time', () => {
    const commitment = { root: new Uint8Array(32), rows: 5, hidden: 8 }
    const drawn = drawOpening(toyBeacon, '0'.repeat(64), { hidden: 8, k: 4, fullRows: 2, rows: 5 })
    const chunk = Uint16Array.from({ length: 40 }, (_, at) => (at * 7919) & 0xffff)
    const proof = fc.oneof(fc.uint8Array({ minLength: 10, maxLength: 10 }), fc.uint8Array({ maxLength: 24 }))
    fc.assert(
      fc.property(fc.array(proof, { minLength: 50, maxLength: 50 }), fc.array(randomRow, { maxLength: 3 }), (proofs, rows) => {
        for (const bytes of proofs) {
          const difference = compareChunk(chunk, bytes, 4)
          if (difference === null) continue
          expect(difference.exponentMismatches).toBeLessThanOrEqual(4)
          expect(Number.isFinite(difference.mantissaMean)).toBe(true)
        }
        for (const bytes of proofs) {
          const values = unpackOpening({ projections: base64(bytes), rows, topLoc: [] })
          if (values !== null) expect(findOpeningProblem(values, drawn, commitment)).not.toBeNull()
        }
      }),
      { numRuns: fuzzRuns(100) },
    )
  })
})
