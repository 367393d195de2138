import type { SubnetModel } from '../../../shared/subnet/subnet-file.ts'

/** Mean over the tokens of min(margin, clip) / clip: 0 where every token is the legal one, 1 where none is near it. */
export function meanClippedMargin(margins: ArrayLike<number>, clip: number): number {
  if (margins.length === 0) throw new RangeError('an answer without tokens has no mean margin')
  let sum = 0
  for (let index = 0; index < margins.length; index++) sum += Math.min(margins[index] ?? clip, clip) / clip
  return sum / margins.length
}

/** e = 1 + (x - m)/(2m) with x the mean clipped margin and m its honest bound: at least 1/2, and at most 1 in the mean while the mean of x is at most m. */
export function marginEValue(x: number, { marginBound: m }: Pick<SubnetModel, 'marginBound'>): number {
  return 1 + (x - m) / (2 * m)
}
