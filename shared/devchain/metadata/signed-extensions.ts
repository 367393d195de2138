import { fixedBytes, option } from '../scale/collections.ts'
import { compact } from '../scale/compact.ts'
import { h256 } from '../scale/hashes.ts'
import { u8, u32, u64, unit } from '../scale/primitives.ts'
import { type FieldDescriptor, type TypeDescriptor, typePath } from '../scale/type-descriptor.ts'

/** One part of what is signed beside a call: `type` stands in the extrinsic, `implicit` only in the signed bytes. */
export interface SignedExtension {
  readonly identifier: string
  readonly type: TypeDescriptor
  readonly implicit: TypeDescriptor
}

const composite = (path: string, fields: readonly FieldDescriptor[] = []): TypeDescriptor => ({
  path: typePath(path),
  params: [{ name: 'T' }],
  def: { kind: 'composite', fields },
})

/** Two bytes for a mortal era: the first picks the case, the second is its field; one zero byte for an immortal one. */
const eraType: TypeDescriptor = {
  path: typePath('sp_runtime::generic::era::Era'),
  def: {
    kind: 'variant',
    variants: [
      { name: 'Immortal', index: 0, fields: [] },
      ...Array.from({ length: 255 }, (_, index) => ({ name: `Mortal${index + 1}`, index: index + 1, fields: [{ type: u8.type }] })),
    ],
  },
}

const modeType: TypeDescriptor = {
  path: typePath('frame_metadata_hash_extension::Mode'),
  def: {
    kind: 'variant',
    variants: [
      { name: 'Disabled', index: 0, fields: [] },
      { name: 'Enabled', index: 1, fields: [] },
    ],
  },
}

const chargeType = composite('pallet_transaction_payment::ChargeTransactionPayment', [{ type: compact(u64).type }])

/** The thirteen extensions of Subtensor, in its order. */
export const signedExtensions: readonly SignedExtension[] = [
  {
    identifier: 'CheckNonZeroSender',
    type: composite('frame_system::extensions::check_non_zero_sender::CheckNonZeroSender'),
    implicit: unit.type,
  },
  { identifier: 'CheckSpecVersion', type: composite('frame_system::extensions::check_spec_version::CheckSpecVersion'), implicit: u32.type },
  { identifier: 'CheckTxVersion', type: composite('frame_system::extensions::check_tx_version::CheckTxVersion'), implicit: u32.type },
  { identifier: 'CheckGenesis', type: composite('frame_system::extensions::check_genesis::CheckGenesis'), implicit: h256.type },
  {
    identifier: 'CheckMortality',
    type: composite('node_subtensor_runtime::check_mortality::CheckMortality', [{ type: eraType }]),
    implicit: h256.type,
  },
  {
    identifier: 'CheckNonce',
    type: composite('node_subtensor_runtime::check_nonce::CheckNonce', [{ type: compact(u32).type }]),
    implicit: unit.type,
  },
  { identifier: 'CheckWeight', type: composite('frame_system::extensions::check_weight::CheckWeight'), implicit: unit.type },
  { identifier: 'ChargeTransactionPayment', type: chargeType, implicit: unit.type },
  {
    identifier: 'SudoTransactionExtension',
    type: composite('node_subtensor_runtime::sudo_wrapper::SudoTransactionExtension'),
    implicit: unit.type,
  },
  { identifier: 'CheckShieldedTxValidity', type: composite('pallet_shield::extension::CheckShieldedTxValidity'), implicit: unit.type },
  {
    identifier: 'SubtensorTransactionExtension',
    type: composite('pallet_subtensor::extensions::subtensor::SubtensorTransactionExtension'),
    implicit: unit.type,
  },
  { identifier: 'DrandPriority', type: composite('pallet_drand::drand_priority::DrandPriority'), implicit: unit.type },
  {
    identifier: 'CheckMetadataHash',
    type: composite('frame_metadata_hash_extension::CheckMetadataHash', [{ name: 'mode', type: modeType }]),
    implicit: option(fixedBytes(32)).type,
  },
]

/** The type of all extras together. */
export const extraType: TypeDescriptor = { def: { kind: 'tuple', types: signedExtensions.map(one => one.type) } }
