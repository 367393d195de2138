import { blake2AsU8a } from '@polkadot/util-crypto/blake2'
import { xxhashAsU8a } from '@polkadot/util-crypto/xxhash'

/** Bytes as lower-case hex without 0x: how storage keys are kept inside the chain. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.startsWith('0x') ? hex.slice(2) : hex, 'hex'))
}

/** BLAKE2b of 64, 128, 256 or 512 bits. */
export function blake2(bytes: Uint8Array, bits: 64 | 128 | 256 | 512): Uint8Array {
  return blake2AsU8a(bytes, bits)
}

/** The 0x hex of BLAKE2b-256: block hashes, extrinsic hashes, roots. */
export function blake2Hash(bytes: Uint8Array): string {
  return `0x${toHex(blake2(bytes, 256))}`
}

/** XXH64 with the seeds 0, 1, ... side by side, as Substrate's twox does. */
export function twox(bytes: Uint8Array, bits: 64 | 128 | 256): Uint8Array {
  return xxhashAsU8a(bytes, bits)
}

/** Hex of twox128 of a name: one half of a storage prefix. */
export function twox128(name: string): string {
  return toHex(twox(Buffer.from(name, 'utf8'), 128))
}
