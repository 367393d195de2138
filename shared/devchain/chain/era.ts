import type { Reader } from '../scale/reader.ts'
import { ScaleError } from '../scale/scale-error.ts'

/** How long a transaction may wait: for ever, or for a period of blocks (a power of two) counted from its birth. */
export type Era = { readonly kind: 'immortal' } | { readonly kind: 'mortal'; readonly period: number; readonly phase: number }

/** Reads one byte (immortal) or two (mortal). Throws ScaleError. */
export function decodeEra(input: Reader): Era {
  const first = input.u8()
  if (first === 0) return { kind: 'immortal' }
  const encoded = first | (input.u8() << 8)
  const period = 2 << (encoded % 16)
  const phase = (encoded >> 4) * Math.max(period >> 12, 1)
  // An impossible era names no birth block; the real node refuses to decode it.
  if (period < 4 || phase >= period) throw new ScaleError('the era is not a legal one')
  return { kind: 'mortal', period, phase }
}

/** The block whose hash was signed, seen from a current block. */
export function birthOf(era: Era, current: number): number {
  if (era.kind === 'immortal') return 0
  return Math.floor((Math.max(current, era.phase) - era.phase) / era.period) * era.period + era.phase
}

/** The first block in which the transaction is no longer valid. */
export function deathOf(era: Era, current: number): number {
  return era.kind === 'immortal' ? Number.MAX_SAFE_INTEGER : birthOf(era, current) + era.period
}
