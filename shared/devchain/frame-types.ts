import { bytes, fixedBytes, vec } from './scale/collections.ts'
import type { ValueOf } from './scale/codec.ts'
import { compact } from './scale/compact.ts'
import { newtype, struct } from './scale/composites.ts'
import { accountId, fourBytes, h256 } from './scale/hashes.ts'
import { text, u8, u32, u64, unit } from './scale/primitives.ts'
import { enumeration, tupleCase, unitCase, valueCase, variant } from './scale/variants.ts'

/** Types of Substrate's frame that several pallets use, at the paths of the real metadata. */
export const accountData = struct('pallet_balances::types::AccountData', { free: u64, reserved: u64, frozen: u64, flags: newtypeFlags() }, [{ name: 'Balance', type: u64.type }])

export const accountInfo = struct(
  'frame_system::AccountInfo',
  { nonce: u32, consumers: u32, providers: u32, sufficients: u32, data: accountData },
  [
    { name: 'Nonce', type: u32.type },
    { name: 'AccountData', type: accountData.type },
  ],
)
