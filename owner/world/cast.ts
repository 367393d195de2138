import { fileURLToPath } from 'node:url'

/** One miner of the world: what it claims to be is the same for all, what it runs is not. */
export interface MinerRole {
  readonly name: string
  readonly kind: 'honest' | 'cheat'
  /** Output tokens per second that the world lets it serve. */
  readonly tokenRate: number
  /** Module of the gallery; absent for the real engine. */
  readonly engine?: string
  /** Further flags of `assay miner start`. */
  readonly flags?: readonly string[]
}

const gallery = (name: string) => {
  const here = import.meta.url
  return fileURLToPath(new URL(`../gallery/${name}${here.endsWith('.ts') ? '.ts' : '.js'}`, here))
}

/** The miners of `assay up`: three honest ones of different speed, and some of the gallery. */
export const miners: readonly MinerRole[] = [
  { name: 'honest-slow', kind: 'honest', tokenRate: 80 },
  { name: 'honest-medium', kind: 'honest', tokenRate: 140 },
  { name: 'honest-fast', kind: 'honest', tokenRate: 200 },
  { name: 'small-sibling', kind: 'cheat', tokenRate: 140, engine: gallery('small-sibling') },
  { name: 'half-layers', kind: 'cheat', tokenRate: 140, engine: gallery('half-layers') },
  { name: 'replay-stored', kind: 'cheat', tokenRate: 140, engine: gallery('replay-stored') },
  { name: 'ignore-seed', kind: 'cheat', tokenRate: 140, engine: gallery('ignore-seed') },
  { name: 'four-bit-weights', kind: 'cheat', tokenRate: 140, engine: gallery('four-bit-weights') },
]

/** The validators and the TAO that they stake, for about as much alpha. */
export const validators = [
  { name: 'validator-1', stakeAlpha: 60_000 },
  { name: 'validator-2', stakeAlpha: 40_000 },
] as const

/** The subnet file of the world is the default one with these changes: its blocks are half a second long, not twelve. */
export const worldSubnetChanges = {
  round: { blocks: 4, deadlineBlocks: 5, beaconBlocks: 1 },
  requests: { minPerMiner: 1, maxTokens: { min: 12, max: 32 }, temperatures: [1, 0.7], sharedScope: 0.05, streamed: 0.25 },
  // All its miners share this machine: an opening takes its turn behind their answers.
  proof: { k: 8, fullRows: 2, openingMs: 10_000, keepBlocks: 300, toploc: null },
  scoring: { windowRounds: 8, convictionBlocks: 10_000, coldStartRate: 40, growth: 2 },
  minCallerStakeRao: 1_000_000_000_000,
} as const
