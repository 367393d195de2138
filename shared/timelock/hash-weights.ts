import { blake2AsU8a } from '@polkadot/util-crypto/blake2'
import { u16List, u64Bytes } from './list-bytes.ts'

/** What a hash commit binds; the same fields are sent in the open by the reveal. */
export interface CommittedWeights {
  /** 32 bytes. */
  readonly hotkey: Uint8Array
  /** 4096 x mechanism + netuid. */
  readonly netuidIndex: number
  readonly uids: readonly number[]
  readonly values: readonly number[]
  /** u16s; without them the vector could be guessed. */
  readonly salt: readonly number[]
  readonly versionKey: bigint
}

/** The hash of commit_weights: BLAKE2b-256 over the SCALE bytes of hotkey, storage index, uids, values, salt, version key. */
export function hashWeights({ hotkey, netuidIndex, uids, values, salt, versionKey }: CommittedWeights): Uint8Array {
  const index = Buffer.alloc(2)
  index.writeUInt16LE(netuidIndex)
  return blake2AsU8a(Buffer.concat([hotkey, index, u16List(uids), u16List(values), u16List(salt), u64Bytes(versionKey)]), 256)
}
