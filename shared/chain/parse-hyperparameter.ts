import { AssayError } from '../errors/assay-error.ts'
import { describeLimits, type OwnerHyperparameter, ownerHyperparameters, rootHyperparameters } from './hyperparameter-table.ts'

export type HyperparameterValue = boolean | bigint | readonly [bigint, bigint]

const one = 1n << 64n

/** The row of a hyperparameter that an owner may set. Throws CLI_USAGE with what there is, and who may set the others. */
export function findHyperparameter(name: string): OwnerHyperparameter {
  const row = Object.hasOwn(ownerHyperparameters, name) ? ownerHyperparameters[name] : undefined
  if (row !== undefined) return row
  const names = Object.keys(ownerHyperparameters).join(', ')
  const problem = rootHyperparameters.includes(name)
    ? `${name} is set by the chain's root alone; an owner may set ${names}.`
    : `There is no hyperparameter ${JSON.stringify(name)}; an owner may set ${names}.`
  throw new AssayError('CLI_USAGE', { problem })
}

/** Reads a value as a person writes it; a decimal becomes U64F64's bits. Throws CLI_USAGE with the limits. */
export function parseHyperparameter(name: string, text: string): HyperparameterValue {
  const row = findHyperparameter(name)
  const value = read(row, text.trim())
  if (value !== null) return value
  throw new AssayError('CLI_USAGE', { problem: `${name} cannot be ${JSON.stringify(text)}: expected ${describeLimits(row)}.` })
}

/** A value, parsed or as storage gives it (`{ bits }`, a list, hex), as people write it. */
export function formatHyperparameter({ kind }: OwnerHyperparameter, value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(',')
  const bits = typeof value === 'object' && value !== null && 'bits' in value ? value.bits : value
  if (kind === 'fixed' && (typeof bits === 'string' || typeof bits === 'number' || typeof bits === 'bigint'))
    return String(Math.round((Number(BigInt(bits)) / Number(one)) * 1e9) / 1e9)
  return typeof bits === 'string' && bits.startsWith('0x') ? BigInt(bits).toString() : String(bits)
}

function read(row: OwnerHyperparameter, text: string): HyperparameterValue | null {
  const fits = (value: bigint) => value >= (row.min ?? value) && value <= (row.max ?? value)
  switch (row.kind) {
    case 'boolean':
      return text === 'true' || text === 'on' ? true : text === 'false' || text === 'off' ? false : null
    case 'integer':
      return /^\d{1,20}$/.test(text) && fits(BigInt(text)) ? BigInt(text) : null
    case 'pair': {
      const [, low, high] = /^(\d{1,5}),(\d{1,5})$/.exec(text) ?? []
      if (low === undefined || high === undefined) return null
      return fits(BigInt(low)) && fits(BigInt(high)) && BigInt(low) <= BigInt(high) ? [BigInt(low), BigInt(high)] : null
    }
    case 'fixed': {
      const [, whole, fraction = ''] = /^(\d{1,5})(?:\.(\d{1,18}))?$/.exec(text) ?? []
      if (whole === undefined) return null
      const bits = BigInt(whole) * one + (BigInt(fraction.padEnd(18, '0')) * one) / 10n ** 18n
      return bits >= (row.min ?? 0n) * one && bits <= (row.max ?? 0n) * one ? bits : null
    }
  }
}
