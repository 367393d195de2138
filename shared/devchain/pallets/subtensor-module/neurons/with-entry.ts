/** A copy of a per-neuron list with one entry changed; a list that is too short is filled up first. */
export function withEntry<T>(list: readonly T[], uid: number, value: T, fill: T): T[] {
  const copy = list.slice()
  while (copy.length <= uid) copy.push(fill)
  copy[uid] = value
  return copy
}
