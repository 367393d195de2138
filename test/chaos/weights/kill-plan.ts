import type { WeightsForm } from '../../../validator/weights/intent.ts'
import { type KillPoint, killPointsOf } from './kill-points.ts'

/** One kill: in which tempo, counted from the first, and at which step; null for any moment, so many blocks into the tempo. */
export interface PlannedKill {
  readonly tempo: number
  readonly point: KillPoint | null
  readonly offset: number
}

/** Kills spread over the tempos: two of three at named steps, which take turns in a drawn order, the others at any moment. */
export function planKills(form: WeightsForm, kills: number, tempos: number, tempoBlocks: number, random: () => number): PlannedKill[] {
  const points = killPointsOf(form)
    .map(point => ({ point, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ point }) => point)
  let named = 0
  return Array.from({ length: kills }, (_, index) => {
    const tempo = Math.floor(((index + random()) * tempos) / kills)
    const anyTime = index % 3 === 2
    const point = anyTime ? null : (points[named++ % points.length] ?? null)
    return { tempo, point, offset: Math.floor(random() * tempoBlocks) }
  })
}
