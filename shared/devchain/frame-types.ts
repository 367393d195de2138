import type { ValueOf } from './scale/codec.ts'
import { bytes, fixedBytes, option, tuple, vec } from './scale/collections.ts'
import { compact } from './scale/compact.ts'
import { newtype, struct } from './scale/composites.ts'
import { accountId, h256 } from './scale/hashes.ts'
import { text, u8, u32, u64, u128, unit } from './scale/primitives.ts'
import { enumeration, tupleCase, unitCase, valueCase, variant } from './scale/variants.ts'

// Types of Substrate's frame that several pallets use, at the paths of the real metadata.

const extraFlags = newtype('pallet_balances::types::ExtraFlags', u128)

export const accountData = struct('pallet_balances::types::AccountData', { free: u64, reserved: u64, frozen: u64, flags: extraFlags }, [
  { name: 'Balance', type: u64.type },
])
export type AccountData = ValueOf<typeof accountData>

/** An account without funds; the flag says that its books follow the pallet's present rules. */
export const emptyAccountData: AccountData = { free: 0n, reserved: 0n, frozen: 0n, flags: 1n << 127n }

export const accountInfo = struct(
  'frame_system::AccountInfo',
  { nonce: u32, consumers: u32, providers: u32, sufficients: u32, data: accountData },
  [
    { name: 'Nonce', type: u32.type },
    { name: 'AccountData', type: accountData.type },
  ],
)
export type AccountInfo = ValueOf<typeof accountInfo>

export const weight = struct('sp_weights::weight_v2::Weight', { ref_time: compact(u64), proof_size: compact(u64) })
export type Weight = ValueOf<typeof weight>

export const dispatchClass = enumeration('frame_support::dispatch::DispatchClass', ['Normal', 'Operational', 'Mandatory'])
export type DispatchClass = ValueOf<typeof dispatchClass>
export const pays = enumeration('frame_support::dispatch::Pays', ['Yes', 'No'])
export type Pays = ValueOf<typeof pays>

export const dispatchEventInfo = struct('frame_system::DispatchEventInfo', { weight, class: dispatchClass, pays_fee: pays })

export const tokenError = enumeration('sp_runtime::TokenError', [
  'FundsUnavailable',
  'OnlyProvider',
  'BelowMinimum',
  'CannotCreate',
  'UnknownAsset',
  'Frozen',
  'Unsupported',
  'CannotCreateHold',
  'NotExpendable',
  'Blocked',
])
export type TokenError = ValueOf<typeof tokenError>
export const arithmeticError = enumeration('sp_arithmetic::ArithmeticError', ['Underflow', 'Overflow', 'DivisionByZero'])
export type ArithmeticError = ValueOf<typeof arithmeticError>

/** What a failed dispatch reports; a module error is the pallet's index and four bytes, the first of them the error's index. */
export const dispatchError = variant('sp_runtime::DispatchError', {
  Other: unitCase(0),
  CannotLookup: unitCase(1),
  BadOrigin: unitCase(2),
  Module: valueCase(3, struct('sp_runtime::ModuleError', { index: u8, error: fixedBytes(4) })),
  ConsumerRemaining: unitCase(4),
  NoProviders: unitCase(5),
  TooManyConsumers: unitCase(6),
  Token: valueCase(7, tokenError),
  Arithmetic: valueCase(8, arithmeticError),
  Transactional: valueCase(9, enumeration('sp_runtime::TransactionalError', ['LimitReached', 'NoLayer'])),
  Exhausted: unitCase(10),
  Corruption: unitCase(11),
  Unavailable: unitCase(12),
  RootNotAllowed: unitCase(13),
  Trie: valueCase(
    14,
    enumeration('sp_runtime::proving_trie::TrieError', [
      'InvalidStateRoot',
      'IncompleteDatabase',
      'ValueAtIncompleteKey',
      'DecoderError',
      'InvalidHash',
      'DuplicateKey',
      'ExtraneousNode',
      'ExtraneousValue',
      'ExtraneousHashReference',
      'InvalidChildReference',
      'ValueMismatch',
      'IncompleteProof',
      'RootMismatch',
      'DecodeError',
    ]),
  ),
})
export type DispatchErrorValue = ValueOf<typeof dispatchError>

export const dispatchResult = variant('Result', { Ok: valueCase(0, unit), Err: valueCase(1, dispatchError) }, [
  { name: 'T', type: unit.type },
  { name: 'E', type: dispatchError.type },
])

/** An address of a call; only `Id` names an account here, as on the real chain. */
export const multiAddress = variant(
  'sp_runtime::multiaddress::MultiAddress',
  {
    Id: valueCase(0, accountId),
    Index: valueCase(1, compactUnit()),
    Raw: valueCase(2, bytes),
    Address32: valueCase(3, fixedBytes(32)),
    Address20: valueCase(4, fixedBytes(20)),
  },
  [
    { name: 'AccountId', type: accountId.type },
    { name: 'AccountIndex', type: unit.type },
  ],
)
export type MultiAddress = ValueOf<typeof multiAddress>

export const multiSignature = variant('sp_runtime::MultiSignature', {
  Ed25519: valueCase(0, fixedBytes(64)),
  Sr25519: valueCase(1, fixedBytes(64)),
  Ecdsa: valueCase(2, fixedBytes(65)),
})
export type MultiSignature = ValueOf<typeof multiSignature>

const engineId = fixedBytes(4)
export const digestItem = variant('sp_runtime::generic::digest::DigestItem', {
  PreRuntime: tupleCase(6, engineId, bytes),
  Consensus: tupleCase(4, engineId, bytes),
  Seal: tupleCase(5, engineId, bytes),
  Other: valueCase(0, bytes),
  RuntimeEnvironmentUpdated: unitCase(8),
})
export const digest = struct('sp_runtime::generic::digest::Digest', { logs: vec(digestItem) })

/** A block's header; its hash is BLAKE2-256 of these bytes. */
export const header = struct(
  'sp_runtime::generic::header::Header',
  { parent_hash: h256, number: compact(u32), state_root: h256, extrinsics_root: h256, digest },
  [{ name: 'Number', type: u32.type }, { name: 'Hash' }],
)
export type Header = ValueOf<typeof header>

export const phase = variant('frame_system::Phase', {
  ApplyExtrinsic: valueCase(0, u32),
  Finalization: unitCase(1),
  Initialization: unitCase(2),
})
export type Phase = ValueOf<typeof phase>

/** Rust's `Cow<str>`. */
export const cowText = newtype('Cow', text, [{ name: 'T', type: text.type }])

const apis = vec(tuple(fixedBytes(8), u32))

export const runtimeVersion = struct('sp_version::RuntimeVersion', {
  spec_name: cowText,
  impl_name: cowText,
  authoring_version: u32,
  spec_version: u32,
  impl_version: u32,
  apis: newtype('Cow', apis, [{ name: 'T', type: apis.type }]),
  transaction_version: u32,
  system_version: u8,
})
export type RuntimeVersion = ValueOf<typeof runtimeVersion>

export const optionWeight = option(weight)

function compactUnit() {
  return { ...unit, type: { def: { kind: 'compact', type: unit.type } } } as const
}
