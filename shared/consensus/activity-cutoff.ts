/** Blocks after its last update at which a neuron counts as inactive: the factor in thousandths of a tempo, at least 1. */
export function activityCutoffOf(factorMilli: number, tempo: number): number {
  return Math.max(1, Math.floor((factorMilli * tempo) / 1000))
}
