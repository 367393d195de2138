import { type NamedCodecs, Reader } from './reader.ts'
import type { TypeDescriptor } from './type-descriptor.ts'
import { Writer } from './writer.ts'

/** A SCALE type: its description for the metadata beside how its values are written and read. */
export interface Codec<T> {
  readonly type: TypeDescriptor
  encode(value: T, out: Writer): void
  decode(input: Reader): T
}

/** The TypeScript type of a codec's values. */
export type ValueOf<C> = C extends Codec<infer T> ? T : never

/** The values of a record of codecs, field by field. */
export type FieldsOf<F> = { [K in keyof F]: ValueOf<F[K]> }

/** Encodes one value into bytes of its own; throws ScaleError where the value does not fit. */
export function encodeValue<T>(codec: Codec<T>, value: T, named?: NamedCodecs): Uint8Array {
  const out = new Writer(named)
  codec.encode(value, out)
  return out.finish()
}

/** Decodes bytes that hold exactly one value; throws ScaleError on anything else. */
export function decodeValue<T>(codec: Codec<T>, bytes: Uint8Array, named?: NamedCodecs): T {
  const input = new Reader(bytes, named)
  const value = codec.decode(input)
  input.expectEnd()
  return value
}
