/** Keys are hex without 0x, which sorts as the bytes do. */
export interface StateView {
  get(key: string): Uint8Array | undefined
  /** The stored keys that start with the prefix, in order. */
  keys(prefix: string): string[]
}

/** How the keys of an overlay are grouped: the two twox128 of a storage item. */
export const itemPrefixLength = 64
