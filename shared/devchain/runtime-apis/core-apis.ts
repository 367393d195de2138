import { decodeExtrinsic } from '../chain/extrinsic.ts'
import { dispatchClass, runtimeVersion, weight } from '../frame-types.ts'
import { extrinsicType } from '../metadata/outer-types.ts'
import { systemStorage } from '../pallets/system.ts'
import { computeFee, weightToFee } from '../pallets/transaction-payment.ts'
import { metadataVersions, type Runtime } from '../runtime.ts'
import { defineRuntimeApi, method, type RuntimeApi } from '../runtime-api.ts'
import type { Codec } from '../scale/codec.ts'
import { bytes, option, vec } from '../scale/collections.ts'
import { newtype, struct } from '../scale/composites.ts'
import { accountId } from '../scale/hashes.ts'
import { u32, u64 } from '../scale/primitives.ts'

const opaqueMetadata = newtype('sp_core::OpaqueMetadata', bytes)

/** An extrinsic as an argument: its bytes with their length prefix. */
const extrinsic: Codec<Uint8Array> = {
  type: extrinsicType,
  encode: (value, out) => out.bytes(value),
  decode(input) {
    const start = input.offset
    input.bytes(input.compactLength())
    return Uint8Array.from(input.data.subarray(start, input.offset))
  },
}

const balance = [{ name: 'Balance', type: u64.type }]
const dispatchInfo = struct('pallet_transaction_payment::types::RuntimeDispatchInfo', { weight, class: dispatchClass, partial_fee: u64 }, [
  ...balance,
  { name: 'Weight', type: weight.type },
])
const inclusionFee = struct(
  'pallet_transaction_payment::types::InclusionFee',
  { base_fee: u64, len_fee: u64, adjusted_weight_fee: u64 },
  balance,
)
const feeDetails = struct('pallet_transaction_payment::types::FeeDetails', { inclusion_fee: option(inclusionFee), tip: u64 }, balance)

/** The runtime APIs that every Substrate client may ask for. */
export function coreApis(runtime: () => Runtime): readonly RuntimeApi[] {
  return [
    defineRuntimeApi({
      trait: 'Core',
      version: 5,
      methods: { version: method({ args: {}, output: runtimeVersion, run: () => runtime().version }) },
    }),
    defineRuntimeApi({
      trait: 'Metadata',
      version: 2,
      methods: {
        metadata: method({ args: {}, output: opaqueMetadata, run: () => runtime().metadata(14) ?? new Uint8Array() }),
        metadata_at_version: method({
          args: { version: u32 },
          output: option(opaqueMetadata),
          run: (_ctx, { version }) => runtime().metadata(version),
        }),
        metadata_versions: method({ args: {}, output: vec(u32), run: () => metadataVersions }),
      },
    }),
    defineRuntimeApi({
      trait: 'AccountNonceApi',
      version: 1,
      methods: {
        account_nonce: method({
          args: { account: accountId },
          output: u32,
          run: (ctx, { account }) => ctx.get(systemStorage.Account, account).nonce,
        }),
      },
    }),
    defineRuntimeApi({
      trait: 'TransactionPaymentApi',
      version: 4,
      methods: {
        query_info: method({
          args: { uxt: extrinsic, len: u32 },
          output: dispatchInfo,
          run: (_ctx, { uxt, len }) => queryInfo(runtime(), uxt, len),
        }),
        query_fee_details: method({
          args: { uxt: extrinsic, len: u32 },
          output: feeDetails,
          run: (_ctx, { uxt, len }) => queryFeeDetails(runtime(), uxt, len),
        }),
        query_weight_to_fee: method({ args: { weight }, output: u64, run: (_ctx, args) => weightToFee(args.weight.ref_time) }),
        query_length_to_fee: method({ args: { length: u32 }, output: u64, run: (_ctx, { length }) => BigInt(length) }),
      },
    }),
  ]
}

/** What an extrinsic weighs and costs without its tip; free calls cost nothing. */
export function queryInfo(runtime: Runtime, uxt: Uint8Array, lengthBytes: number) {
  const { call } = decodeExtrinsic(uxt, runtime)
  const fee = call.pays === 'no' ? { base: 0n, length: 0n, weight: 0n } : computeFee(call, lengthBytes)
  return { weight: call.weight, class: call.class, partial_fee: fee.base + fee.length + fee.weight }
}

/** The parts of an extrinsic's fee. */
export function queryFeeDetails(runtime: Runtime, uxt: Uint8Array, lengthBytes: number) {
  const xt = decodeExtrinsic(uxt, runtime)
  const fee = computeFee(xt.call, lengthBytes)
  const inclusion_fee =
    xt.kind === 'bare' || xt.call.pays === 'no' ? undefined : { base_fee: fee.base, len_fee: fee.length, adjusted_weight_fee: fee.weight }
  return { inclusion_fee, tip: xt.kind === 'signed' ? xt.tip : 0n }
}
