import { eventRecordsType } from './metadata/outer-types.ts'
import type { Codec } from './scale/codec.ts'

/** `Vec<EventRecord>` as the bytes that they are: the chain writes events as they happen and never reads them back. */
export const eventRecords: Codec<Uint8Array> = {
  type: eventRecordsType,
  encode: (value, out) => out.bytes(value),
  decode: input => Uint8Array.from(input.bytes(input.remaining)),
}
