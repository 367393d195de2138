import { type Static, Type } from 'typebox'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { Base64 } from '../../shared/protocol/fields.ts'
import { parserOf } from '../../shared/protocol/parser-of.ts'
import type { ReferenceStatistics } from './reference-statistics.ts'

const packed = Base64(1_500_000)

/** A reference run's statistics as stored: each list as base64 of f64 little-endian, so that judging again sees the same bits. */
export const PackedStatistics = Type.Object(
  {
    ...{ margins: packed, logProbs: packed, entropies: packed, surprisals: packed, endProbabilities: packed },
    ...{ fingerprint: Type.Optional(packed), topLoc: Type.Optional(packed) },
  },
  { additionalProperties: false },
)
export type PackedStatistics = Static<typeof PackedStatistics>

const parsePacked = parserOf(PackedStatistics, 'PROTO_SHAPE', 'stored statistics')

export function packStatistics(statistics: ReferenceStatistics): PackedStatistics {
  const { margins, logProbs, entropies, surprisals, endProbabilities, fingerprint, topLoc } = statistics
  return {
    margins: pack(margins),
    logProbs: pack(logProbs),
    entropies: pack(entropies),
    surprisals: pack(surprisals),
    endProbabilities: pack(endProbabilities),
    ...(fingerprint && { fingerprint: pack(fingerprint) }),
    ...(topLoc && { topLoc: pack(topLoc) }),
  }
}

/** Throws PROTO_SHAPE where the value is not what packStatistics made. */
export function unpackStatistics(value: unknown): ReferenceStatistics {
  const { margins, logProbs, entropies, surprisals, endProbabilities, fingerprint, topLoc } = parsePacked(value)
  return {
    margins: unpack(margins),
    logProbs: unpack(logProbs),
    entropies: unpack(entropies),
    surprisals: unpack(surprisals),
    endProbabilities: unpack(endProbabilities),
    ...(fingerprint !== undefined && { fingerprint: unpack(fingerprint) }),
    ...(topLoc !== undefined && { topLoc: unpack(topLoc) }),
  }
}

function pack(values: Float64Array): string {
  const view = new DataView(new ArrayBuffer(values.length * 8))
  for (const [index, value] of values.entries()) view.setFloat64(index * 8, value, true)
  return Buffer.from(view.buffer).toString('base64')
}

function unpack(text: string): Float64Array {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length % 8 !== 0)
    throw new AssayError('PROTO_SHAPE', {
      what: 'stored statistics',
      path: '/',
      problem: `${bytes.length} bytes are no whole number of f64 values`,
    })
  return Float64Array.from({ length: bytes.length / 8 }, (_, index) => bytes.readDoubleLE(index * 8))
}
