import { intervalOf, type Ratio } from '../measure-ratio.ts'
import { cpuOfTree } from './cpu-of-tree.ts'

/** One way to the same tokens, in a process whose CPU is read from outside. */
export interface ServingSide {
  readonly pid: number
  /** Does one piece of work; returns how many tokens came of it. */
  run(): Promise<number>
}

/** Seconds for one token, in one slice of a round. */
export interface TokenTime {
  readonly cpu: number
  readonly wall: number
}

export interface SlicePlan {
  /** The first does not count. */
  readonly rounds: number
  /** Seconds of CPU that a slice takes at least: long against the kernel's clock of ten milliseconds. */
  readonly sliceCpu: number
  /** Seconds of CPU that each side takes before the first round: code reaches its speed after thousands of tokens. */
  readonly warmUpCpu: number
}

/** Seconds for one token of every side by round; each round measures all sides forwards and then backwards. */
export async function measureSides<Name extends string>(
  sides: Readonly<Record<Name, ServingSide>>,
  { rounds, sliceCpu, warmUpCpu }: SlicePlan,
): Promise<Record<Name, TokenTime[]>> {
  const names = Object.keys(sides) as Name[]
  const times = Object.fromEntries(names.map(name => [name, []])) as unknown as Record<Name, TokenTime[]>
  for (const name of names) await sliceOf(sides[name], warmUpCpu)
  for (let round = 0; round < rounds; round++) {
    const there = new Map<Name, TokenTime>()
    for (const name of names) there.set(name, await sliceOf(sides[name], sliceCpu))
    for (const name of names.toReversed()) {
      const back = await sliceOf(sides[name], sliceCpu)
      const first = there.get(name) ?? back
      if (round > 0) times[name].push({ cpu: (first.cpu + back.cpu) / 2, wall: (first.wall + back.wall) / 2 })
    }
  }
  return times
}

async function sliceOf({ pid, run }: ServingSide, leastCpu: number): Promise<TokenTime> {
  const startedMs = performance.now()
  const before = cpuOfTree(pid)
  let tokens = 0
  for (;;) {
    tokens += await run()
    const wall = (performance.now() - startedMs) / 1_000
    const cpu = cpuOfTree(pid) - before
    if (cpu >= leastCpu) return { cpu: cpu / tokens, wall: wall / tokens }
  }
}

/** Tokens per second of `side` over those of `base`, paired by round. */
export function speedRatio(side: readonly TokenTime[], base: readonly TokenTime[], of: keyof TokenTime): Ratio {
  return intervalOf(side.map((time, round) => (base[round]?.[of] ?? Number.NaN) / time[of]))
}
