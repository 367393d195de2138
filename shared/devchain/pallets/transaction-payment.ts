import { defineEvents, event } from '../event.ts'
import { constant, definePallet } from '../pallet.ts'
import { palletId } from '../pallet-id.ts'
import type { RuntimeCall } from '../runtime-call.ts'
import { newtype } from '../scale/composites.ts'
import { accountId } from '../scale/hashes.ts'
import { u8, u64, u128 } from '../scale/primitives.ts'
import { enumeration } from '../scale/variants.ts'
import { defineStorage, storageValue } from '../storage-entry.ts'
import { baseExtrinsicWeight } from './system.ts'

const id = palletId({ name: 'TransactionPayment', index: 6, path: 'pallet_transaction_payment::pallet' })

export const transactionPaymentEvents = defineEvents(id, {
  TransactionFeePaid: event(0, { who: accountId, actual_fee: u64, tip: u64 }),
})

const storage = defineStorage(id, {
  NextFeeMultiplier: storageValue(newtype('sp_arithmetic::fixed_point::FixedU128', u128), { default: 10n ** 18n }),
  StorageVersion: storageValue(enumeration('pallet_transaction_payment::Releases', ['V1Ancient', 'V2']), { default: 'V1Ancient' }),
})

export const transactionPaymentPallet = definePallet({
  id,
  storage,
  events: transactionPaymentEvents,
  constants: { OperationalFeeMultiplier: constant(u8, 5) },
})

/** The parts of a fee in rao; nothing for a free call. */
export interface Fee {
  readonly base: bigint
  readonly length: bigint
  readonly weight: bigint
}

/** fee = (base weight + call weight) / 2000 + one rao per byte; the tip comes on top. */
export function computeFee(call: RuntimeCall, lengthBytes: number): Fee {
  return {
    base: weightToFee(baseExtrinsicWeight.ref_time),
    length: BigInt(lengthBytes),
    weight: weightToFee(call.weight.ref_time),
  }
}

/** 500,000 / 1e9 rao per unit of ref_time, rounded to the nearest rao. */
export function weightToFee(refTime: bigint): bigint {
  return (refTime * 500_000n + 500_000_000n) / 1_000_000_000n
}
