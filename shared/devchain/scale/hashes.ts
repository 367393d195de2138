import type { Codec } from './codec.ts'
import { array, fixedBytes } from './collections.ts'
import { newtype } from './composites.ts'
import { u8 } from './primitives.ts'

/** A 32-byte hash, as lower-case hex with 0x. */
export const h256: Codec<string> = newtype('primitive_types::H256', fixedBytes(32))

/** An account's public key, as lower-case hex with 0x (never SS58 inside the chain). */
export const accountId: Codec<string> = newtype('sp_core::crypto::AccountId32', fixedBytes(32))

/** The account of 32 zero bytes: what reads of a missing account give. */
export const zeroAccount = `0x${'00'.repeat(32)}`

/** Four-byte engine identifiers of digests and the like. */
export const fourBytes = array(u8, 4)
