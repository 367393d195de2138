import type { OpenedRow, OpeningAnswer } from '../proof/fingerprint/answer-opening.ts'
import type { OpeningStatement } from './opening.ts'

/** The bulk members of an opening, as numbers and bytes. */
export interface OpenedValues extends OpeningAnswer {
  readonly topLoc: readonly Uint8Array[] | null
}

export type PackedOpening = Pick<OpeningStatement, 'projections' | 'rows' | 'topLoc'>

/** Numbers and bytes as base64 and hexadecimal. */
export function packOpening({ projections, rows, topLoc }: OpenedValues): PackedOpening {
  const bytes = Buffer.alloc(2 * projections.length)
  for (const [place, pattern] of projections.entries()) bytes.writeUInt16LE(pattern, 2 * place)
  return {
    projections: bytes.toString('base64'),
    rows: rows.map(row => ({
      index: row.index,
      bytes: Buffer.from(row.bytes).toString('base64'),
      path: row.path.map(hash => Buffer.from(hash).toString('hex')),
    })),
    topLoc: topLoc === null ? null : topLoc.map(proof => Buffer.from(proof).toString('base64')),
  }
}

/** The other way; null where a text is no canonical base64, or the projections are no whole number of float16 patterns. */
export function unpackOpening({ projections, rows, topLoc }: PackedOpening): OpenedValues | null {
  const projected = bytesOf(projections)
  if (projected === null || projected.length % 2 !== 0) return null
  const opened: OpenedRow[] = []
  for (const row of rows) {
    const bytes = bytesOf(row.bytes)
    if (bytes === null) return null
    opened.push({ index: row.index, bytes, path: row.path.map(hash => Buffer.from(hash, 'hex')) })
  }
  const proofs: Uint8Array[] = []
  for (const text of topLoc ?? []) {
    const bytes = bytesOf(text)
    if (bytes === null) return null
    proofs.push(bytes)
  }
  return {
    projections: Uint16Array.from({ length: projected.length / 2 }, (_, place) => projected.readUInt16LE(2 * place)),
    rows: opened,
    topLoc: topLoc === null ? null : proofs,
  }
}

// One byte string has one text form: otherwise two signed openings could differ and mean the same.
function bytesOf(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : null
}
