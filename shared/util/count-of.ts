/** A number with its noun: `1 miner`, `3 miners`; nouns whose plural has more than an s are given with it. */
export function countOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`
}
