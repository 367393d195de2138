import type { Codec } from './codec.ts'
import { ScaleError } from './scale-error.ts'

/** Codecs that only the whole runtime knows, by the name under which a recursive type is declared. */
export type NamedCodecs = ReadonlyMap<string, Codec<unknown>>

const noCodecs: NamedCodecs = new Map()
// Nested calls recurse; the real chain stops far later, but no honest call comes near this.
const maxDepth = 32

/** A cursor over SCALE bytes; every read past the end throws a ScaleError. */
export class Reader {
  readonly data: Uint8Array
  readonly named: NamedCodecs
  offset = 0
  private readonly view: DataView
  private depth = 0

  constructor(data: Uint8Array, named: NamedCodecs = noCodecs) {
    this.data = data
    this.named = named
    this.view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  }

  get remaining(): number {
    return this.data.length - this.offset
  }

  u8(): number {
    return this.view.getUint8(this.advance(1))
  }

  u16(): number {
    return this.view.getUint16(this.advance(2), true)
  }

  u32(): number {
    return this.view.getUint32(this.advance(4), true)
  }

  u64(): bigint {
    return this.view.getBigUint64(this.advance(8), true)
  }

  /** A view of the next bytes; copy it before keeping it longer than the input. */
  bytes(length: number): Uint8Array {
    const start = this.advance(length)
    return this.data.subarray(start, start + length)
  }

  /** A compact integer of up to 32 bits, as lengths are written. */
  compactLength(): number {
    const value = this.compact()
    if (value > 0xffff_ffffn) throw new ScaleError(`length ${value} does not fit u32`)
    return Number(value)
  }

  /** A compact integer; only its shortest form is legal, as in parity-scale-codec. */
  compact(): bigint {
    const first = this.u8()
    const mode = first & 3
    if (mode === 0) return BigInt(first >> 2)
    if (mode === 1) return this.shortest(BigInt((first | (this.u8() << 8)) >>> 2), 1n << 6n)
    if (mode === 2) {
      const rest = this.bytes(3)
      const value = (first | (rest[0]! << 8) | (rest[1]! << 16) | (rest[2]! << 24)) >>> 2
      return this.shortest(BigInt(value), 1n << 14n)
    }
    const length = (first >> 2) + 4
    if (length > 32) throw new ScaleError(`a compact integer of ${length} bytes is too long`)
    const bytes = this.bytes(length)
    let value = 0n
    for (let index = length - 1; index >= 0; index -= 1) value = (value << 8n) | BigInt(bytes[index]!)
    return this.shortest(value, length === 4 ? 1n << 30n : 1n << BigInt(8 * (length - 1)))
  }

  /** Runs a decoder one level deeper; refuses what nests beyond reason before the stack overflows. */
  nested<T>(decode: () => T): T {
    if (this.depth >= maxDepth) throw new ScaleError(`calls are nested deeper than ${maxDepth}`)
    this.depth += 1
    const value = decode()
    this.depth -= 1
    return value
  }

  expectEnd(): void {
    if (this.remaining > 0) throw new ScaleError(`${this.remaining} bytes too many`)
  }

  private shortest(value: bigint, least: bigint): bigint {
    if (value < least) throw new ScaleError(`compact integer ${value} is not written in its shortest form`)
    return value
  }

  private advance(length: number): number {
    const start = this.offset
    if (length > this.data.length - start)
      throw new ScaleError(`${length} bytes expected at offset ${start}, ${this.data.length - start} left`)
    this.offset = start + length
    return start
  }
}
