/** Who has to act on an error: the caller of an API, a miner, ourselves, the chain, or the operator at the keyboard. */
export type Blame = 'caller' | 'miner' | 'self' | 'chain' | 'operator'

/** One row of the table of error codes; `{name}` in the sentence is filled from the error's details. */
export interface ErrorEntry {
  readonly sentence: string
  readonly status: number
  readonly blame: Blame
  /** Whether the same call may succeed later without a change by the caller. */
  readonly retry: boolean
  /** What to do, as an imperative sentence; details are filled in here too. */
  readonly hint?: string
  /** What a program exits with that ends by it; 1 where nothing is said. 2 tells supervisors not to restart it. */
  readonly exitCode?: number
}

/** Declares one room's rows; keeps the literal codes as a type. */
export function defineErrors<const T extends Record<string, ErrorEntry>>(rows: T): T {
  return rows
}
