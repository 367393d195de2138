export interface RatioSettings {
  /** Rounds of A B B A; the first two warm up and do not count. */
  readonly rounds?: number
  /** Calls of each side in a row, so that one measurement is long against the clock's grain. */
  readonly repeat?: number
}

export interface Ratio {
  readonly value: number
  readonly low: number
  readonly high: number
}

const dropped = 2

/** CPU time of `side` over that of `base`, in the order A B B A, as the median of the rounds with the 95 % interval of a bootstrap over them. */
export async function measureRatio(
  base: () => Promise<unknown>,
  side: () => Promise<unknown>,
  { rounds = 11, repeat = 1 }: RatioSettings = {},
): Promise<Ratio> {
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const first = await cpuOf(base, repeat)
    const second = await cpuOf(side, repeat)
    const third = await cpuOf(side, repeat)
    const fourth = await cpuOf(base, repeat)
    if (round >= dropped) ratios.push((second + third) / (first + fourth))
  }
  return intervalOf(ratios)
}

/** Microseconds of CPU of the whole process, all its threads together. */
export async function cpuOf(run: () => Promise<unknown>, repeat: number): Promise<number> {
  const start = process.cpuUsage()
  for (let index = 0; index < repeat; index++) await run()
  const { user, system } = process.cpuUsage(start)
  return user + system
}

/** Median and bootstrap interval of paired ratios; the draws are fixed, so that the same rounds give the same interval. */
export function intervalOf(ratios: readonly number[]): Ratio {
  let state = 1
  const draw = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 0x1_0000_0000) * ratios.length)
  }
  const medians = Array.from({ length: 1_000 }, () => median(ratios.map(() => ratios[draw()] ?? Number.NaN))).sort((a, b) => a - b)
  return { value: median(ratios), low: medians[25] ?? Number.NaN, high: medians[974] ?? Number.NaN }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}
