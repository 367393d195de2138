/** One setting of a program: its flag is the key in kebab-case, its environment name ASSAY_ and the key in upper case. */
export interface Option<T = unknown> {
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'list'
  readonly description: string
  /** What stands in the help as the value's name, e.g. ms or rao. */
  readonly unit?: string
  readonly default?: T
  readonly required?: boolean
  readonly min?: number
  readonly max?: number
  readonly choices?: readonly string[]
  /** The field's own names for the flag, without dashes: `wallet.name`. */
  readonly aliases?: readonly string[]
  /** The field's own environment names: `BT_WALLET_NAME`. */
  readonly envAliases?: readonly string[]
}

export type OptionTable = Readonly<Record<string, Option>>

type ValueOf<O extends Option> = O['type'] extends 'string'
  ? string
  : O['type'] extends 'integer' | 'number'
    ? number
    : O['type'] extends 'boolean'
      ? boolean
      : readonly string[]

type IsSet<O extends Option> = O extends { required: true } ? true : O extends { default: NonNullable<unknown> } ? true : false

/** The settings that a table describes: a value where it is required or has a default, else maybe undefined. */
export type SettingsOf<T extends OptionTable> = {
  readonly [K in keyof T]: IsSet<T[K]> extends true ? ValueOf<T[K]> : ValueOf<T[K]> | undefined
}

/** Declares a program's table of settings; keeps literal types. */
export function defineOptions<const T extends OptionTable>(table: T): T {
  return table
}

/** `axonPort` -> `axon-port`. */
export function flagOf(key: string): string {
  return key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
}

/** `axonPort` -> `ASSAY_AXON_PORT`. */
export function envOf(key: string): string {
  return `ASSAY_${flagOf(key).replaceAll('-', '_').toUpperCase()}`
}
