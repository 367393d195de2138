import { createHash } from 'node:crypto'

/** SHA-256(0x00, index as u32 little-endian, bytes): a leaf says where it stands, and can never be taken for an inner node. */
export function hashLeaf(index: number, bytes: Uint8Array): Uint8Array {
  const place = new Uint8Array(5)
  new DataView(place.buffer).setUint32(1, index, true)
  return createHash('sha256').update(place).update(bytes).digest()
}

/** SHA-256(0x01, left, right). */
export function hashNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  return createHash('sha256').update(nodeMark).update(left).update(right).digest()
}

const nodeMark = Uint8Array.of(1)
