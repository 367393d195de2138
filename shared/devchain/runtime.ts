import type { RuntimeVersion } from './frame-types.ts'
import type { Preset } from './genesis/preset.ts'
import { blake2, toHex } from './hashing.ts'
import { buildMetadata } from './metadata/build-metadata.ts'
import type { Pallet } from './pallet.ts'
import type { MethodDefinition, RuntimeApi } from './runtime-api.ts'
import { type RuntimeCall, runtimeCall } from './runtime-call.ts'
import type { Codec } from './scale/codec.ts'
import type { NamedCodecs } from './scale/reader.ts'
import { ScaleError } from './scale/scale-error.ts'

/** Pallets and runtime APIs put together: what turns bytes into calls, describes itself, and knows the preset's defaults. */
export interface Runtime {
  readonly pallets: readonly Pallet[]
  readonly apis: readonly RuntimeApi[]
  readonly version: RuntimeVersion
  /** The codecs that readers and writers need for calls within calls. */
  readonly named: NamedCodecs
  readonly callCodec: Codec<RuntimeCall>
  readonly preset: Preset
  /** The preset's default of a storage item by its prefix, where it deviates. */
  presetDefault(prefix: string): Uint8Array | undefined
  findMethod(name: string): MethodDefinition | undefined
  /** Metadata with its magic, or undefined where the version is not known. */
  metadata(version: number): Uint8Array | undefined
}

export const metadataVersions = [14, 15] as const

export interface RuntimeOptions {
  /** The table of pallets; System's constants repeat the runtime's version. */
  pallets(version: RuntimeVersion): readonly Pallet[]
  /** The table of runtime APIs; some of them describe the runtime itself. */
  apis(runtime: () => Runtime): readonly RuntimeApi[]
  readonly preset: Preset
}

/** Builds a runtime; pallets may be given in any order. */
export function createRuntime(options: RuntimeOptions): Runtime {
  const apis = options.apis(() => runtime)
  const version = runtimeVersionOf(apis)
  const pallets = [...options.pallets(version)].sort((a, b) => a.id.index - b.id.index)
  const calls = new Map(pallets.map(pallet => [pallet.id.index, { pallet, byIndex: callsByIndex(pallet) }]))
  const decodeCall: Codec<RuntimeCall> = {
    ...runtimeCall,
    decode(input) {
      const palletIndex = input.u8()
      const index = input.u8()
      const found = calls.get(palletIndex)
      const one = found?.byIndex.get(index)
      if (found === undefined || one === undefined) throw new ScaleError(`there is no call ${palletIndex}.${index}`)
      return guarded(one.definition.decode(found.pallet.id, one.name, input), pallets)
    },
  }
  const defaults = new Map(options.preset.deviations.map(one => [one.prefix, one.bytes]))
  const methods = new Map<string, MethodDefinition>(
    apis.flatMap(api => Object.entries(api.methods).map(([name, one]) => [`${api.trait}_${name}`, one] as const)),
  )
  const encoded = new Map<number, Uint8Array>()
  const runtime: Runtime = {
    pallets,
    apis,
    version,
    named: new Map([['RuntimeCall', decodeCall]]),
    callCodec: runtimeCall,
    preset: options.preset,
    presetDefault: prefix => defaults.get(prefix),
    findMethod: name => methods.get(name),
    metadata(wanted) {
      const known = encoded.get(wanted)
      if (known !== undefined) return known
      if (wanted !== 14 && wanted !== 15) return undefined
      const bytes = buildMetadata({ pallets, apis, version: wanted, presetDefault: runtime.presetDefault })
      encoded.set(wanted, bytes)
      return bytes
    },
  }
  return runtime
}

/** A call whose check begins with the pallets' guards. */
function guarded(one: RuntimeCall, pallets: readonly Pallet[]): RuntimeCall {
  return {
    ...one,
    validate(ctx, origin) {
      for (const { hooks } of pallets) {
        const refusal = hooks.guard?.(ctx, origin) ?? null
        if (refusal !== null) return refusal
      }
      return one.validate(ctx, origin)
    },
  }
}

function callsByIndex(pallet: Pallet) {
  return new Map(Object.entries(pallet.calls).map(([name, definition]) => [definition.index, { name, definition }]))
}

function runtimeVersionOf(apis: readonly RuntimeApi[]): RuntimeVersion {
  return {
    spec_name: 'node-subtensor',
    impl_name: 'node-subtensor',
    authoring_version: 1,
    spec_version: 425,
    impl_version: 1,
    apis: apis.map(api => [`0x${toHex(blake2(Buffer.from(api.trait), 64))}`, api.version] as const),
    transaction_version: 1,
    system_version: 1,
  }
}
