import type { Context } from './context.ts'
import type { DispatchClass, Weight } from './frame-types.ts'
import type { Origin } from './origin.ts'
import type { Codec } from './scale/codec.ts'
import { ScaleError } from './scale/scale-error.ts'
import type { Writer } from './scale/writer.ts'
import type { InvalidTransaction } from './transaction-validity.ts'

/** A call with its arguments, ready to be checked, dispatched and written back as bytes. */
export interface RuntimeCall {
  readonly pallet: string
  readonly palletIndex: number
  readonly name: string
  readonly index: number
  readonly args: Readonly<Record<string, unknown>>
  readonly pays: 'yes' | 'no'
  readonly class: DispatchClass
  readonly weight: Weight
  validate(ctx: Context, origin: Origin): InvalidTransaction | null
  dispatch(ctx: Context, origin: Origin): 'yes' | 'no' | undefined
  encodeArgs(out: Writer): void
}

/** The runtime's outer call, for calls that carry calls. Only readers and writers of a runtime can use it. */
export const runtimeCall: Codec<RuntimeCall> = {
  type: { def: { kind: 'named', name: 'RuntimeCall' } },
  encode(call, out) {
    out.u8(call.palletIndex)
    out.u8(call.index)
    call.encodeArgs(out)
  },
  decode(input) {
    const codec = input.named.get('RuntimeCall')
    if (codec === undefined) throw new ScaleError('calls can be read only inside a runtime')
    return input.nested(() => codec.decode(input)) as RuntimeCall
  },
}
