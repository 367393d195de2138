import type { Figure } from '../figure.ts'
import { intervalOf } from '../measure-ratio.ts'

/** The median of some values with its bootstrap interval, as a figure without its note. */
export function statisticOf(name: string, values: readonly number[], unit: string): Omit<Figure, 'note'> {
  return { name, ...intervalOf(values), unit }
}
