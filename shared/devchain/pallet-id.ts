/** Who a pallet is: its name in the metadata, its index, the Rust crate its types live in, and its storage prefix. */
export interface PalletId {
  readonly name: string
  readonly index: number
  /** The path of its types: `pallet_subtensor::pallet` for `pallet_subtensor::pallet::Call`. */
  readonly path: string
  readonly prefix: string
}

/** Names a pallet; its storage prefix is its name unless given. */
export function palletId(options: { name: string; index: number; path: string; prefix?: string }): PalletId {
  return { prefix: options.name, ...options }
}
