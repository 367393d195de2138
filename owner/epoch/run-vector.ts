import { runEpoch } from '../../shared/consensus/run-epoch.ts'
import type { EpochFileInput, EpochFileOutput } from './epoch-file.ts'

// The first runtime that gives the owner a permit by force; where a file names an older one, that one's rule counts.
const firstForcedSpec = 402

/** Runs the exact epoch on one input of a file and gives the outputs in the file's format; no emission where the input names none. */
export function runVector(input: EpochFileInput, runtime: string | undefined): EpochFileOutput {
  const output = runEpoch({
    ...input,
    alphaLow: input.alphaValues[0],
    alphaHigh: input.alphaValues[1],
    sigmoidSteepness: input.steepness,
    stakeThreshold: BigInt(input.stakeThreshold ?? 0),
    commitBlocks: input.commitBlocks ?? null,
    ownerForced: specOf(runtime) >= firstForcedSpec,
    stakeWeights: input.stake.map(BigInt),
    blockAtRegistration: input.registeredAt,
    validatorPermits: input.permits,
    raoEmission: BigInt(input.raoEmission ?? 0),
  })
  return {
    stakeWeight: [...output.stakeWeight],
    consensus: [...output.consensus],
    incentive: [...output.incentive],
    dividends: [...output.dividends],
    validatorTrust: [...output.validatorTrust],
    validatorPermit: [...output.validatorPermits],
    ...(input.raoEmission === undefined ? {} : { emission: output.combinedEmission.map(shown) }),
    bonds: output.bonds.map(row => row.map(([uid, value]): [number, number] => [uid, value])),
  }
}

function shown(rao: bigint): number | string {
  return rao <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(rao) : rao.toString()
}

function specOf(runtime: string | undefined): number {
  const match = /\bspec (\d+)\b/.exec(runtime ?? '')
  return match === null ? Number.POSITIVE_INFINITY : Number(match[1])
}
