import type { ModuleErrorRef } from './dispatch-error.ts'

/** Why a transaction may not enter the pool or a block, as Substrate's InvalidTransaction. */
export type InvalidTransaction =
  | {
      readonly code: 'Call' | 'Payment' | 'Future' | 'Stale' | 'BadProof' | 'AncientBirthBlock' | 'ExhaustsResources' | 'BadSigner'
      readonly error?: ModuleErrorRef
    }
  /** A pallet's own check; inside a batch or sudo the same refusal is the named module error. */
  | { readonly code: 'Custom'; readonly n: number; readonly error?: ModuleErrorRef }
  | { readonly code: 'CannotLookup' | 'NoUnsignedValidator'; readonly error?: ModuleErrorRef }

/** The words in which a Substrate node prints each refusal. */
export const invalidTransactionText = {
  Call: 'Transaction call is not expected',
  Payment: 'Inability to pay some fees (e.g. account balance too low)',
  Future: 'Transaction will be valid in the future',
  Stale: 'Transaction is outdated',
  BadProof: 'Transaction has a bad signature',
  AncientBirthBlock: 'Transaction has an ancient birth block',
  ExhaustsResources: 'Transaction would exhaust the block limits',
  BadSigner: 'Invalid signing address',
  CannotLookup: 'Could not lookup information required to validate the transaction',
  NoUnsignedValidator: 'Could not find an unsigned validator for the unsigned transaction',
} as const
