import type { Codec } from './codec.ts'
import { ScaleError } from './scale-error.ts'

const maxima: Readonly<Record<string, bigint>> = {
  u8: (1n << 8n) - 1n,
  u16: (1n << 16n) - 1n,
  u32: (1n << 32n) - 1n,
  u64: (1n << 64n) - 1n,
  u128: (1n << 128n) - 1n,
}

/** The compact form of an unsigned integer codec; values keep that codec's type (number up to u32, bigint above). */
export function compact<T extends number | bigint>(codec: Codec<T>): Codec<T> {
  const { def } = codec.type
  const max = def.kind === 'primitive' ? maxima[def.name] : undefined
  if (max === undefined) throw new ScaleError('only unsigned integers have a compact form')
  const small = max < 1n << 53n
  return {
    type: { def: { kind: 'compact', type: codec.type } },
    encode(value, out) {
      if (BigInt(value) > max) throw new ScaleError(`${value} does not fit the compact form`)
      out.compact(value)
    },
    decode(input) {
      const value = input.compact()
      if (value > max) throw new ScaleError(`${value} does not fit the compact form`)
      return parseInteger<T>(value, small)
    },
  }
}

function parseInteger<T extends number | bigint>(value: bigint, small: boolean): T {
  return (small ? Number(value) : value) as T
}
