import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WeightsForm } from '../../validator/weights/intent.ts'
import type { KillPoint } from '../chaos/weights/kill-points.ts'
import { runWeightsChaos, type WeightsChaosOptions, type WeightsChaosResult } from '../chaos/weights/run-weights-chaos.ts'

const nothing = { kills: [], reorgs: 0, cuts: 0, rates: { dropped: 0, unheard: 0 }, seed: 1, weakness: null } as const

/** Runs a small chaos, of nothing but what is given, in a folder of its own. */
export async function runSmallChaos(
  options: Partial<WeightsChaosOptions> & Pick<WeightsChaosOptions, 'form' | 'tempos'>,
): Promise<WeightsChaosResult> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-small-chaos-'))
  try {
    return await runWeightsChaos({ ...nothing, folder, signal: AbortSignal.timeout(600_000), say: () => undefined, ...options })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Kills a validator's process once at each of these steps, a tempo after the other, on a chain that is otherwise well. */
export function killAtEach(form: WeightsForm, points: readonly KillPoint[]): Promise<WeightsChaosResult> {
  const kills = points.map((point, tempo) => ({ tempo, point, offset: 0 }))
  return runSmallChaos({ form, tempos: points.length + 1, kills })
}
