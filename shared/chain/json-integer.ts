import { Type } from 'typebox'

/** How decoded integers arrive: a number where it is exact, else 0x and hex digits, big end first. */
export const JsonInteger = Type.Union([Type.Integer(), Type.String({ pattern: '^(0x[0-9a-fA-F]*|-?[0-9]+)$' })])

/** A decoded integer of any size, exactly. */
export function toBigInt(value: number | string): bigint {
  return value === '0x' ? 0n : BigInt(value)
}
