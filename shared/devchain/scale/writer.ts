import type { NamedCodecs } from './reader.ts'
import { ScaleError } from './scale-error.ts'

const noCodecs: NamedCodecs = new Map()

/** Grows as SCALE bytes are appended; `finish` hands out a copy. */
export class Writer {
  readonly named: NamedCodecs
  private buffer = Buffer.allocUnsafe(128)
  private length = 0

  constructor(named: NamedCodecs = noCodecs) {
    this.named = named
  }

  u8(value: number): void {
    const offset = this.reserve(1)
    this.buffer[offset] = value
  }

  u16(value: number): void {
    const offset = this.reserve(2)
    this.buffer.writeUInt16LE(value, offset)
  }

  u32(value: number): void {
    const offset = this.reserve(4)
    this.buffer.writeUInt32LE(value, offset)
  }

  /** Little-endian two's complement of `size` bytes; the value must already be in range. */
  bigint(value: bigint, size: number): void {
    const offset = this.reserve(size)
    let rest = BigInt.asUintN(size * 8, value)
    for (let index = 0; index < size; index += 1) {
      this.buffer[offset + index] = Number(rest & 0xffn)
      rest >>= 8n
    }
  }

  u64(value: bigint): void {
    const offset = this.reserve(8)
    this.buffer.writeBigUInt64LE(value, offset)
  }

  bytes(value: Uint8Array): void {
    const offset = this.reserve(value.length)
    this.buffer.set(value, offset)
  }

  compact(value: bigint | number): void {
    const whole = BigInt(value)
    if (whole < 0n) throw new ScaleError(`${whole} is negative, a compact integer is not`)
    if (whole < 1n << 6n) this.u8(Number(whole << 2n))
    else if (whole < 1n << 14n) this.u16(Number((whole << 2n) | 1n))
    else if (whole < 1n << 30n) this.u32(Number((whole << 2n) | 2n))
    else {
      const size = Math.max(4, Math.ceil(whole.toString(16).length / 2))
      this.u8(((size - 4) << 2) | 3)
      this.bigint(whole, size)
    }
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.buffer.subarray(0, this.length))
  }

  private reserve(size: number): number {
    const offset = this.length
    const needed = offset + size
    if (needed > this.buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.buffer.length * 2))
      this.buffer.copy(larger, 0, 0, offset)
      this.buffer = larger
    }
    this.length = needed
    return offset
  }
}
