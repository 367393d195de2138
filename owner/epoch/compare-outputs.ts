import type { EpochFileOutput } from './epoch-file.ts'

/** One value that an epoch gave otherwise than the file says. */
export interface EpochDifference {
  /** Index in the file's vectors. */
  readonly vector: number
  readonly config: number | string
  readonly epoch: number
  readonly uid: number
  readonly field: string
  readonly expected: unknown
  readonly got: unknown
}

type Place = Pick<EpochDifference, 'vector' | 'config' | 'epoch'>

/** Lists every difference between the outputs a file gives and those computed, by field and uid; the order of entries in a row is free. */
export function compareOutputs(place: Place, expected: EpochFileOutput, got: EpochFileOutput): EpochDifference[] {
  const fields = ['stakeWeight', 'consensus', 'incentive', 'dividends', 'validatorTrust', 'validatorPermit'] as const
  const differences: EpochDifference[] = []
  const note = (field: string, uid: number, a: unknown, b: unknown) => {
    if (a !== b) differences.push({ ...place, field, uid, expected: a, got: b })
  }
  for (const field of fields) for (const [uid, value] of expected[field].entries()) note(field, uid, value, got[field][uid])
  const emission = got.emission
  if (emission !== undefined)
    for (const [uid, value] of (expected.emission ?? []).entries()) note('emission', uid, String(value), String(emission[uid]))
  expected.bonds.forEach((row, uid) => {
    const before = new Map(row)
    const now = new Map(got.bonds[uid])
    const targets = [...new Set([...before.keys(), ...now.keys()])].sort((a, b) => a - b)
    for (const target of targets) note(`bonds[${target}]`, uid, before.get(target) ?? null, now.get(target) ?? null)
  })
  return differences
}
