import { hashNode } from './hash-leaf.ts'

/** Levels of a Merkle tree from its leaves to its root; a node without a partner goes up as it is. */
export type MerkleTree = readonly (readonly Uint8Array[])[]

/** Builds the tree over at least one leaf hash. Throws RangeError for none. */
export function buildTree(leaves: readonly Uint8Array[]): MerkleTree {
  if (leaves.length === 0) throw new RangeError('a tree needs a leaf')
  const levels: (readonly Uint8Array[])[] = [leaves]
  for (let level = leaves; level.length > 1; ) {
    const above: Uint8Array[] = []
    for (let at = 0; at < level.length; at += 2) {
      const left = level[at]
      const right = level[at + 1]
      if (left !== undefined) above.push(right === undefined ? left : hashNode(left, right))
    }
    levels.push(above)
    level = above
  }
  return levels
}

/** The root of a tree. */
export function rootOf(tree: MerkleTree): Uint8Array {
  const root = tree.at(-1)?.[0]
  if (root === undefined) throw new RangeError('a tree has a root')
  return root
}

/** The hashes beside the way from a leaf to the root, lowest first. Throws RangeError where there is no such leaf. */
export function openPath(tree: MerkleTree, index: number): Uint8Array[] {
  if (tree[0]?.[index] === undefined) throw new RangeError(`no leaf ${index}`)
  const path: Uint8Array[] = []
  let at = index
  for (const level of tree.slice(0, -1)) {
    const partner = level[at ^ 1]
    if (partner !== undefined) path.push(partner)
    at >>= 1
  }
  return path
}
