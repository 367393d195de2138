import type { Context } from './context.ts'
import type { Codec, FieldsOf } from './scale/codec.ts'
import { decodeFields, type FieldCodecs } from './scale/composites.ts'
import type { Reader } from './scale/reader.ts'
import type { TypeDescriptor } from './scale/type-descriptor.ts'
import { Writer } from './scale/writer.ts'

export interface MethodOptions<F extends FieldCodecs, T> {
  readonly args: F
  readonly output: Codec<T>
  run(ctx: Context, args: FieldsOf<F>): T
}

/** One method of a runtime API with its types behind its codecs. */
export interface MethodDefinition {
  readonly inputs: readonly { readonly name: string; readonly type: TypeDescriptor }[]
  readonly output: TypeDescriptor
  /** Reads the arguments, runs, and gives the SCALE bytes of the output. */
  call(ctx: Context, input: Reader): Uint8Array
}

/** Declares a method of a runtime API. */
export function method<const F extends FieldCodecs, T>(options: MethodOptions<F, T>): MethodDefinition {
  return {
    inputs: Object.entries(options.args).map(([name, codec]) => ({ name, type: codec.type })),
    output: options.output.type,
    call(ctx, input) {
      const args = decodeFields(options.args, input)
      input.expectEnd()
      const out = new Writer(input.named)
      options.output.encode(options.run(ctx, args), out)
      return out.finish()
    },
  }
}

/** A runtime API: `state_call` finds a method under `<trait>_<method>`, V15 metadata describes it. */
export interface RuntimeApi {
  readonly trait: string
  readonly version: number
  readonly methods: Readonly<Record<string, MethodDefinition>>
}

/** Puts a runtime API together. */
export function defineRuntimeApi(api: RuntimeApi): RuntimeApi {
  return api
}
