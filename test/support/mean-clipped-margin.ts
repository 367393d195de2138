/** Mean of an answer's margins, each cut at the clip, as a share of the clip: 0 for the one legal answer, 1 where every token is far off. */
export function meanClippedMargin(margins: ArrayLike<number>, clip: number): number {
  let sum = 0
  for (let index = 0; index < margins.length; index++) sum += Math.min(margins[index] ?? 0, clip)
  return margins.length === 0 ? 0 : sum / margins.length / clip
}
