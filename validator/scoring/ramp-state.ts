/** What a miner did in one round, in work units that were asked; void answers left out of all of them. */
export interface RampEntry {
  readonly asked: number
  readonly answered: number
  readonly requests: number
  readonly seconds: number
}

export interface MinerRamp {
  /** Work units per second to offer next. */
  readonly rate: number
  /** The last rounds in which it was asked something, oldest first. */
  readonly recent: readonly RampEntry[]
  /** Convicted: offered the least until it is released, then a newcomer again. */
  readonly held: boolean
  /** It shows less than it claims, by more than the subnet allows. */
  readonly underClaim?: boolean
}

/** Offered rates by miner key, with what they came from; plain JSON, stored with every settled round. */
export interface RampState {
  readonly miners: Readonly<Record<string, MinerRamp>>
}

/** The state before the first settled round. */
export const emptyRamp: RampState = { miners: {} }
