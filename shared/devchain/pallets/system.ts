import { defineErrors } from '../dispatch-error.ts'
import { defineEvents, event } from '../event.ts'
import { eventRecords } from '../event-records.ts'
import {
  accountInfo,
  cowText,
  digest,
  dispatchError,
  dispatchEventInfo,
  emptyAccountData,
  phase,
  type RuntimeVersion,
  runtimeVersion,
  weight,
} from '../frame-types.ts'
import { blake2Hash, toHex } from '../hashing.ts'
import { ensureRoot, ensureSigned } from '../origin.ts'
import { call, constant, definePallet, type Pallet } from '../pallet.ts'
import { palletId } from '../pallet-id.ts'
import type { Codec } from '../scale/codec.ts'
import { bytes, option, tuple, vec } from '../scale/collections.ts'
import { compact } from '../scale/compact.ts'
import { struct } from '../scale/composites.ts'
import { accountId, h256 } from '../scale/hashes.ts'
import { u16, u32, u64 } from '../scale/primitives.ts'
import { defineStorage, storageMap, storageValue } from '../storage-entry.ts'

const id = palletId({ name: 'System', index: 0, path: 'frame_system::pallet' })

const zeroHash = `0x${'00'.repeat(32)}`

export const systemStorage = defineStorage(id, {
  Account: storageMap([['Blake2_128Concat', accountId]], accountInfo, {
    default: { nonce: 0, consumers: 0, providers: 0, sufficients: 0, data: emptyAccountData },
  }),
  ExtrinsicCount: storageValue(u32),
  BlockHash: storageMap([['Twox64Concat', u32]], h256, { default: zeroHash }),
  Number: storageValue(u32, { default: 0 }),
  ParentHash: storageValue(h256, { default: zeroHash }),
  Digest: storageValue(digest, { default: { logs: [] } }),
  Events: storageValue(eventRecords, { default: Uint8Array.of(0) }),
  EventCount: storageValue(u32, { default: 0 }),
  LastRuntimeUpgrade: storageValue(struct('frame_system::LastRuntimeUpgradeInfo', { spec_version: compact(u32), spec_name: cowText })),
  ExecutionPhase: storageValue(phase),
})

export const systemEvents = defineEvents(id, {
  ExtrinsicSuccess: event(0, { dispatch_info: dispatchEventInfo }),
  ExtrinsicFailed: event(1, { dispatch_error: dispatchError, dispatch_info: dispatchEventInfo }),
  CodeUpdated: event(2, []),
  NewAccount: event(3, { account: accountId }),
  KilledAccount: event(4, { account: accountId }),
  Remarked: event(5, { sender: accountId, hash: h256 }),
})

export const systemErrors = defineErrors(id, {
  InvalidSpecName: 0,
  SpecVersionNeedsToIncrease: 1,
  FailedToExtractRuntimeVersion: 2,
  NonDefaultComposite: 3,
  NonZeroRefCount: 4,
  CallFiltered: 5,
  MultiBlockMigrationsOngoing: 6,
  NothingAuthorized: 7,
  Unauthorized: 8,
})

/** How many block hashes are kept, and with it how old a mortal transaction's birth may be. */
export const blockHashCount = 2400

const perClass = <T>(codec: Codec<T>) =>
  struct('frame_support::dispatch::PerDispatchClass', { normal: codec, operational: codec, mandatory: codec }, [
    { name: 'T', type: codec.type },
  ])
const weightsPerClass = struct('frame_system::limits::WeightsPerClass', {
  base_extrinsic: weight,
  max_extrinsic: option(weight),
  max_total: option(weight),
  reserved: option(weight),
})
const blockWeights = struct('frame_system::limits::BlockWeights', {
  base_block: weight,
  max_block: weight,
  per_class: perClass(weightsPerClass),
})
const blockLength = struct('frame_system::limits::BlockLength', { max: perClass(u32) })

/** What any extrinsic weighs before its call. */
export const baseExtrinsicWeight = { ref_time: 108_157_000n, proof_size: 0n }
const allProof = (1n << 64n) - 1n
const free = { base_extrinsic: baseExtrinsicWeight, max_extrinsic: undefined, max_total: undefined, reserved: undefined }

/** The bytes that normal extrinsics may take of one block. */
export const normalBlockLength = 7_864_320

/** The pallet of accounts, block facts and events. */
export function systemPallet(version: RuntimeVersion): Pallet {
  return definePallet({
    id,
    storage: systemStorage,
    events: systemEvents,
    errors: systemErrors,
    constants: {
      BlockWeights: constant(blockWeights, {
        base_block: { ref_time: 431_614_000n, proof_size: 0n },
        max_block: { ref_time: 4_000_000_000_000n, proof_size: allProof },
        per_class: {
          normal: { ...free, max_total: { ref_time: 3_000_000_000_000n, proof_size: (allProof / 4n) * 3n } },
          operational: { ...free, max_total: { ref_time: 4_000_000_000_000n, proof_size: allProof } },
          mandatory: free,
        },
      }),
      BlockLength: constant(blockLength, { max: { normal: normalBlockLength, operational: 10_485_760, mandatory: 10_485_760 } }),
      BlockHashCount: constant(u32, blockHashCount),
      DbWeight: constant(struct('sp_weights::RuntimeDbWeight', { read: u64, write: u64 }), { read: 25_000_000n, write: 100_000_000n }),
      Version: constant(runtimeVersion, version),
      SS58Prefix: constant(u16, 42),
    },
    calls: {
      remark: call({ index: 0, args: { remark: bytes }, pays: 'yes', dispatch: () => undefined }),
      set_storage: call({
        index: 4,
        args: { items: vec(tuple(bytes, bytes)) },
        pays: 'yes',
        class: 'Operational',
        dispatch(ctx, origin, { items }) {
          ensureRoot(origin)
          for (const [key, value] of items) ctx.setRaw(toHex(key), value)
        },
      }),
      kill_storage: call({
        index: 5,
        args: { keys: vec(bytes) },
        pays: 'yes',
        class: 'Operational',
        dispatch(ctx, origin, { keys }) {
          ensureRoot(origin)
          for (const key of keys) ctx.setRaw(toHex(key), undefined)
        },
      }),
      remark_with_event: call({
        index: 7,
        args: { remark: bytes },
        pays: 'yes',
        dispatch(ctx, origin, { remark }) {
          const sender = ensureSigned(origin)
          ctx.deposit(systemEvents.Remarked, { sender, hash: blake2Hash(remark) })
        },
      }),
    },
    hooks: {
      genesis(ctx) {
        ctx.set(systemStorage.LastRuntimeUpgrade, { spec_version: version.spec_version, spec_name: version.spec_name })
      },
    },
  })
}
