import { toBfloat16Rows } from '../../shared/proof/bfloat16.ts'
import { answerOpening, type OpeningAnswer } from '../../shared/proof/fingerprint/answer-opening.ts'
import { findOpeningProblem, fingerprintDistances } from '../../shared/proof/fingerprint/compare-fingerprint.ts'
import { drawOpening, type OpeningTerms } from '../../shared/proof/fingerprint/draw-opening.ts'
import { commitRows, countRows, toHiddenRows } from '../../shared/proof/fingerprint/hidden-rows.ts'
import { rootOf } from '../../shared/proof/merkle/build-tree.ts'
import { buildTopLoc } from '../../shared/proof/toploc/build-toploc.ts'
import { compareTopLoc } from '../../shared/proof/toploc/compare-toploc.ts'

const beacon = 'b'.repeat(64)
const receipt = 'c'.repeat(64)
const toploc = { k: 128, chunkRows: 32, promptRows: 0 }

/** What a miner opened of one answer. */
export interface OpenedProof {
  readonly terms: OpeningTerms
  readonly root: Uint8Array
  readonly answer: OpeningAnswer
  readonly toploc: readonly Uint8Array[]
}

/** The opening of rows [rows, hidden] with the default terms of a subnet: 8 numbers a token, two whole rows, TOPLOC with k 128 over 32 rows. */
export function proofOf(hidden: Float32Array | undefined, size: number | undefined): OpenedProof {
  if (hidden === undefined || size === undefined) throw new Error('the engine gave no hidden rows')
  const rows = toHiddenRows(hidden, size)
  const tree = commitRows(rows)
  const terms = { hidden: size, k: 8, fullRows: 2, rows: countRows(rows) }
  return {
    terms,
    root: rootOf(tree),
    answer: answerOpening(rows, tree, drawOpening(beacon, receipt, terms)),
    toploc: buildTopLoc(toBfloat16Rows(hidden), { ...toploc, hidden: size }),
  }
}

/** What a validator does with it beside its own prefill; the distances of its rows. */
export function checkProof({ terms, root, answer, toploc: proofs }: OpenedProof, hidden: Float32Array | undefined): Float64Array {
  if (hidden === undefined) throw new Error('the engine gave no hidden rows')
  const opening = drawOpening(beacon, receipt, terms)
  if (findOpeningProblem(answer, opening, { root, rows: terms.rows, hidden: terms.hidden }) !== null)
    throw new Error('an honest opening failed')
  compareTopLoc(toBfloat16Rows(hidden), proofs, { ...toploc, hidden: terms.hidden })
  return fingerprintDistances(answer.projections, hidden, terms.hidden, opening)
}
