import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildTree, openPath, rootOf } from '../../../shared/proof/merkle/build-tree.ts'
import { hasPath } from '../../../shared/proof/merkle/has-path.ts'
import { hashLeaf } from '../../../shared/proof/merkle/hash-leaf.ts'

const leavesOf = (count: number) => Array.from({ length: count }, (_, index) => hashLeaf(index, Uint8Array.of(index % 256, index >> 8)))

describe('a Merkle tree', () => {
  it('opens every leaf of every size, and at no other place', () => {
    for (let count = 1; count <= 40; count++) {
      const leaves = leavesOf(count)
      const tree = buildTree(leaves)
      for (const [index, leaf] of leaves.entries()) {
        const path = openPath(tree, index)
        expect(hasPath(leaf, index, count, path, rootOf(tree))).toBe(true)
        expect(hasPath(leaf, (index + 1) % count, count, path, rootOf(tree))).toBe(count === 1)
        expect(hasPath(leaf, index, count, [...path, leaf], rootOf(tree))).toBe(false)
        expect(hasPath(leaf, index + count, count, path, rootOf(tree))).toBe(false)
      }
    }
  })
  it('refuses paths and places that a stranger makes up, whatever they are', () => {
    const leaves = leavesOf(13)
    const root = rootOf(buildTree(leaves))
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }),
        fc.oneof(fc.integer(), fc.double()),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (path, index, leaf) => !hasPath(leaf, index, 13, path, root),
      ),
      { seed: 1, numRuns: 500 },
    )
  })
  it('never takes an inner node for a leaf', () => {
    const leaves = leavesOf(4)
    const tree = buildTree(leaves)
    const inner = tree[1]?.[0]
    const partner = tree[1]?.[1]
    if (inner === undefined || partner === undefined) throw new Error('four leaves have two inner nodes')
    expect(hasPath(inner, 0, 4, [partner], rootOf(tree))).toBe(false)
  })
})
