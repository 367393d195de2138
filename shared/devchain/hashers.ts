import { blake2, toHex, twox } from './hashing.ts'

interface Hasher {
  /** Its index in the metadata. */
  readonly index: number
  /** Bytes of hash before the key itself. Hashers that drop the key cannot be read back; none of ours is used for a listed map. */
  readonly concatOffset: number
  hash(key: Uint8Array): string
}

/** The storage hashers under their names in the metadata; each gives hex without 0x. */
export const hashers = {
  Blake2_128: { index: 0, concatOffset: 16, hash: key => toHex(blake2(key, 128)) },
  Blake2_256: { index: 1, concatOffset: 32, hash: key => toHex(blake2(key, 256)) },
  Blake2_128Concat: { index: 2, concatOffset: 16, hash: key => toHex(blake2(key, 128)) + toHex(key) },
  Twox128: { index: 3, concatOffset: 16, hash: key => toHex(twox(key, 128)) },
  Twox256: { index: 4, concatOffset: 32, hash: key => toHex(twox(key, 256)) },
  Twox64Concat: { index: 5, concatOffset: 8, hash: key => toHex(twox(key, 64)) + toHex(key) },
  Identity: { index: 6, concatOffset: 0, hash: toHex },
} as const satisfies Record<string, Hasher>

export type HasherName = keyof typeof hashers
