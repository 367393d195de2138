import type { ArithmeticError, DispatchErrorValue, TokenError } from './frame-types.ts'
import type { PalletId } from './pallet-id.ts'

/** One error of a pallet, with its index in the real metadata. */
export interface ModuleErrorRef {
  readonly pallet: PalletId
  readonly name: string
  readonly index: number
}

/** Declares a pallet's errors: their names with Subtensor's own indices. */
export function defineErrors<const E extends Readonly<Record<string, number>>>(
  pallet: PalletId,
  errors: E,
): { readonly [N in keyof E]: ModuleErrorRef } {
  return Object.fromEntries(Object.entries(errors).map(([name, index]) => [name, { pallet, name, index }])) as {
    [N in keyof E]: ModuleErrorRef
  }
}

/** Thrown by a call's dispatch to refuse: everything it changed is undone, and the event names the error. */
export class DispatchError extends Error {
  readonly value: DispatchErrorValue

  constructor(error: ModuleErrorRef | DispatchErrorValue) {
    super('pallet' in error ? `${error.pallet.name}.${error.name}` : error.type)
    this.name = 'DispatchError'
    this.value = 'pallet' in error ? moduleErrorValue(error) : error
  }
}

export const badOrigin = () => new DispatchError({ type: 'BadOrigin' })
export const tokenFailure = (value: TokenError) => new DispatchError({ type: 'Token', value })
export const arithmeticFailure = (value: ArithmeticError) => new DispatchError({ type: 'Arithmetic', value })

/** Throws the error unless the condition holds, as Substrate's `ensure!`. */
export function ensure(condition: boolean, error: ModuleErrorRef): asserts condition {
  if (!condition) throw new DispatchError(error)
}

/** The wire value of a pallet's error. */
export function moduleErrorValue(error: ModuleErrorRef): DispatchErrorValue {
  return { type: 'Module', value: { index: error.pallet.index, error: `0x${error.index.toString(16).padStart(2, '0')}000000` } }
}
