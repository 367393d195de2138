import { hashNode } from './hash-leaf.ts'

/** Whether a leaf hash stands at this index of a tree of so many leaves with this root; a path of any other length than the tree's is refused. */
export function hasPath(leaf: Uint8Array, index: number, leaves: number, path: readonly Uint8Array[], root: Uint8Array): boolean {
  if (!Number.isSafeInteger(index) || index < 0 || index >= leaves) return false
  let hash = leaf
  let used = 0
  for (let width = leaves, at = index; width > 1; width = (width + 1) >> 1, at >>= 1) {
    if ((at ^ 1) >= width) continue
    const partner = path[used]
    if (partner === undefined || partner.length !== 32) return false
    used += 1
    hash = at % 2 === 0 ? hashNode(hash, partner) : hashNode(partner, hash)
  }
  return used === path.length && Buffer.compare(hash, root) === 0
}
