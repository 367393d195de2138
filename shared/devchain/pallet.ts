import type { Context } from './context.ts'
import type { ModuleErrorRef } from './dispatch-error.ts'
import type { EventDefinition } from './event.ts'
import type { DispatchClass, Weight } from './frame-types.ts'
import type { GenesisOptions } from './genesis/genesis-options.ts'
import type { Origin } from './origin.ts'
import type { PalletId } from './pallet-id.ts'
import type { RuntimeCall } from './runtime-call.ts'
import { type Codec, encodeValue, type FieldsOf } from './scale/codec.ts'
import { decodeFields, describeFields, encodeFields, type FieldCodecs } from './scale/composites.ts'
import type { Reader } from './scale/reader.ts'
import type { FieldDescriptor, TypeDescriptor } from './scale/type-descriptor.ts'
import type { AnyStorageEntry } from './storage-entry.ts'
import type { InvalidTransaction } from './transaction-validity.ts'

/** What a call declares: its arguments in order and the code that executes it. */
export interface CallOptions<F extends FieldCodecs> {
  readonly index: number
  readonly args: F
  readonly pays: 'yes' | 'no'
  readonly class?: DispatchClass
  /** ref_time and proof_size; the fee is computed from it. */
  readonly weight?: Weight
  /** The check that also runs in the pool, before a dispatch, and inside batches. Null lets the call pass. */
  validate?(ctx: Context, origin: Origin, args: FieldsOf<F>): InvalidTransaction | null
  /** Executes the call or throws a DispatchError; may give 'no' where the call turns out to be free. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a dispatch with nothing to say about its fee just ends
  dispatch(ctx: Context, origin: Origin, args: FieldsOf<F>): 'yes' | 'no' | undefined | void
}

/** A call as the runtime's tables hold it, its argument types gone behind its own codec. */
export interface CallDefinition {
  readonly index: number
  readonly fields: readonly FieldDescriptor[]
  decode(pallet: PalletId, name: string, input: Reader): RuntimeCall
}

// The real weights come from benchmarks; one figure of the same size gives fees of the same size (about 0.0001 TAO).
const defaultWeight: Weight = { ref_time: 200_000_000n, proof_size: 3_593n }

/** Declares one call; its name is its key in the pallet's table. */
export function call<const F extends FieldCodecs>(options: CallOptions<F>): CallDefinition {
  return {
    index: options.index,
    fields: describeFields(options.args),
    decode(pallet, name, input) {
      const args = decodeFields(options.args, input)
      return {
        pallet: pallet.name,
        palletIndex: pallet.index,
        name,
        index: options.index,
        args,
        pays: options.pays,
        class: options.class ?? 'Normal',
        weight: options.weight ?? defaultWeight,
        validate: (ctx, origin) => options.validate?.(ctx, origin, args) ?? null,
        dispatch: (ctx, origin) => options.dispatch(ctx, origin, args) ?? undefined,
        encodeArgs: out => encodeFields(options.args, args, out),
      }
    },
  }
}

export interface ConstantDefinition {
  readonly type: TypeDescriptor
  readonly bytes: Uint8Array
}

/** A constant of the metadata. */
export function constant<T>(codec: Codec<T>, value: T): ConstantDefinition {
  return { type: codec.type, bytes: encodeValue(codec, value) }
}

/** Code of a pallet that runs outside calls. */
export interface PalletHooks {
  /** Writes the pallet's first state; pallets run in the order of their indices. */
  genesis?(ctx: Context, options: GenesisOptions): void
  /** At the start of each block, before the timestamp is set. */
  onInitialize?(ctx: Context): void
  /** At the end of each block. */
  onFinalize?(ctx: Context): void
  /** Looks at every call, of any pallet, before the call's own check: in the pool, before a dispatch, and inside batches. */
  guard?(ctx: Context, origin: Origin): InvalidTransaction | null
}

/** A pallet: what the metadata says of it and the code that executes it. */
export interface Pallet {
  readonly id: PalletId
  readonly storage: Readonly<Record<string, AnyStorageEntry>>
  readonly calls: Readonly<Record<string, CallDefinition>>
  readonly events: Readonly<Record<string, EventDefinition<never>>>
  readonly errors: Readonly<Record<string, ModuleErrorRef>>
  readonly constants: Readonly<Record<string, ConstantDefinition>>
  readonly hooks: PalletHooks
}

/** Puts a pallet together; what it has not got may be left out. */
export function definePallet(options: Partial<Pallet> & { readonly id: PalletId }): Pallet {
  return { storage: {}, calls: {}, events: {}, errors: {}, constants: {}, hooks: {}, ...options }
}
