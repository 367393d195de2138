import type { Context } from '../context.ts'

/** What a chain starts with. Accounts are lower-case 0x hex public keys, amounts are rao. */
export interface GenesisOptions {
  readonly sudo: string
  readonly balances: readonly (readonly [account: string, amountRao: bigint])[]
  /** The chain's clock at block 0, in Unix milliseconds. */
  readonly timestampMs: number
  /** Runs after every pallet's own genesis, for state that a test or a world wants from the start. */
  readonly setup?: (ctx: Context) => void
}
