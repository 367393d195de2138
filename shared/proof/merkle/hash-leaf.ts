import { hash } from 'node:crypto'

/** SHA-256(0x00, index as u32 little-endian, bytes): a leaf says where it stands, and can never be taken for an inner node. */
export function hashLeaf(index: number, bytes: Uint8Array): Uint8Array {
  // Over one piece of memory at once, which takes half as long as piece by piece: a receipt is built over a leaf a token.
  const whole = Buffer.allocUnsafe(leafMarkBytes + bytes.length)
  whole[0] = 0
  whole.writeUInt32LE(index, 1)
  whole.set(bytes, leafMarkBytes)
  return hash('sha256', whole, 'buffer')
}

/** SHA-256(0x01, left, right). */
export function hashNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  const whole = left.length + right.length === nodeBytes.length - 1 ? nodeBytes : Buffer.alloc(1 + left.length + right.length, 1)
  whole.set(left, 1)
  whole.set(right, 1 + left.length)
  return hash('sha256', whole, 'buffer')
}

const leafMarkBytes = 5
// Of two whole hashes; it is read before anybody else can write to it.
const nodeBytes = Buffer.alloc(65, 1)
