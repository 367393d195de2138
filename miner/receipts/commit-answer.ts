import { createHash } from 'node:crypto'
import { toBfloat16Rows } from '../../shared/proof/bfloat16.ts'
import { commitRows, type HiddenRows } from '../../shared/proof/fingerprint/hidden-rows.ts'
import { fromFloat16Rows } from '../../shared/proof/float16.ts'
import { type MerkleTree, rootOf } from '../../shared/proof/merkle/build-tree.ts'
import { buildTopLoc } from '../../shared/proof/toploc/build-toploc.ts'
import type { TopLocShape } from '../../shared/proof/toploc/split-chunks.ts'

/** What a receipt commits to beside its tokens, and what is needed to open it. */
export interface Commitment {
  readonly rows: HiddenRows
  readonly tree: MerkleTree
  /** Root of the tree, in hexadecimal. */
  readonly hiddenRoot: string
  /** TOPLOC proofs, where the caller asked for them, and the SHA-256 of all of them in a row. */
  readonly proofs: readonly Uint8Array[]
  readonly toplocDigest: string | null
}

/** Commits to an answer's last hidden rows; null where the engine cannot see them. */
export function commitAnswer(rows: HiddenRows | undefined, toploc: Pick<TopLocShape, 'k' | 'chunkRows'> | undefined): Commitment | null {
  if (rows === undefined || rows.patterns.length === 0) return null
  const tree = commitRows(rows)
  const hiddenRoot = Buffer.from(rootOf(tree)).toString('hex')
  if (toploc === undefined) return { rows, tree, hiddenRoot, proofs: [], toplocDigest: null }
  const proofs = buildTopLoc(toBfloat16Rows(fromFloat16Rows(rows.patterns)), { ...toploc, hidden: rows.hidden, promptRows: 0 })
  const hash = createHash('sha256')
  for (const proof of proofs) hash.update(proof)
  return { rows, tree, hiddenRoot, proofs, toplocDigest: hash.digest('hex') }
}
