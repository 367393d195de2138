import type { EpochInput } from './epoch-input.ts'
import type { EpochOutput } from './epoch-output.ts'

/** Runs one exact epoch. */
export function runEpoch(_input: EpochInput): EpochOutput {
  throw new Error('not yet')
}
