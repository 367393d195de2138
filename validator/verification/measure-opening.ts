import { toBfloat16Rows } from '../../shared/proof/bfloat16.ts'
import { fingerprintDistances } from '../../shared/proof/fingerprint/compare-fingerprint.ts'
import { drawOpening } from '../../shared/proof/fingerprint/draw-opening.ts'
import { compareTopLoc } from '../../shared/proof/toploc/compare-toploc.ts'
import type { OpeningRecord } from '../../shared/protocol/opening.ts'
import { unpackOpening } from '../../shared/protocol/pack-opening.ts'
import type { Exchange } from '../query/exchange.ts'
import type { ReferenceStatistics } from './reference-statistics.ts'

/**
 * What the reference's last hidden rows [tokens, hiddenSize], float32, say of an opening that holds against its receipt; empty where nothing
 * was opened. The reference is cast to what the miner could send, never the other way.
 */
export function measureOpening(
  { ask }: Pick<Exchange, 'ask'>,
  { ask: asked, arrival, hiddenSize }: OpeningRecord,
  hidden: Float32Array,
): Pick<ReferenceStatistics, 'fingerprint' | 'topLoc'> {
  if (arrival.kind === 'none') return {}
  const values = unpackOpening(arrival.statement)
  if (values === null) return {}
  const { beacon, receiptDigest, k, fullRows } = asked
  const rows = Math.floor(hidden.length / hiddenSize)
  const drawn = drawOpening(beacon, receiptDigest, { hidden: hiddenSize, k, fullRows, rows })
  const distances = fingerprintDistances(values.projections, hidden, hiddenSize, drawn)
  // Where our own row holds no number the miner has shown nothing wrong.
  const fingerprint = distances.map((distance, row) => (areNumbers(hidden, row * hiddenSize, hiddenSize) ? distance : Number.NaN))
  const { toploc } = ask.assay
  if (values.topLoc === null || toploc === undefined) return { fingerprint }
  const shape = { ...toploc, hidden: hiddenSize, promptRows: 0 }
  const differences = compareTopLoc(toBfloat16Rows(hidden), values.topLoc, shape)
  const chunk = toploc.chunkRows * hiddenSize
  const topLoc = Float64Array.from(
    differences.flatMap((difference, place) => {
      if (difference === null || !areNumbers(hidden, place * chunk, chunk)) return [Number.NaN, Number.NaN, Number.NaN]
      return [difference.exponentMismatches, difference.mantissaMean, difference.mantissaMedian]
    }),
  )
  return { fingerprint, topLoc }
}

function areNumbers(values: Float32Array, start: number, length: number): boolean {
  return values.subarray(start, start + length).every(Number.isFinite)
}
