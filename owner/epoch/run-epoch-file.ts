import { compareOutputs, type EpochDifference } from './compare-outputs.ts'
import type { EpochFile, EpochFileOutput } from './epoch-file.ts'
import { runVector } from './run-vector.ts'

export interface EpochRun {
  readonly config: number | string
  readonly epoch: number
  readonly output: EpochFileOutput
}

export interface EpochFileResult {
  readonly runtime: string | undefined
  readonly vectors: readonly EpochRun[]
  /** How many vectors came with outputs to compare with. */
  readonly compared: number
  /** How many of those could not be compared in emission, as their input lacks `raoEmission`. */
  readonly withoutEmission: number
  readonly differences: readonly EpochDifference[]
}

/** Runs every epoch of a file exactly, and compares with the outputs that the file gives. */
export function runEpochFile({ runtime, vectors }: EpochFile): EpochFileResult {
  const runs = vectors.map(({ config, epoch, input }) => ({ config, epoch, output: runVector(input, runtime) }))
  const compared = vectors.filter(({ output }) => output !== undefined)
  return {
    runtime,
    vectors: runs,
    compared: compared.length,
    withoutEmission: compared.filter(({ input, output }) => output?.emission !== undefined && input.raoEmission === undefined).length,
    differences: vectors.flatMap(({ config, epoch, output }, vector) =>
      output === undefined ? [] : compareOutputs({ vector, config, epoch }, output, runs[vector]!.output),
    ),
  }
}
