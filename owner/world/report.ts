/** What one validator says of one miner at its local status page. */
export interface MinerStatus {
  readonly hotkey: string
  readonly verdicts: Readonly<Record<'pass' | 'fail' | 'miss' | 'unaudited' | 'void', number>>
  readonly codes: Readonly<Record<string, number>>
  /** log10 of the evidence against it. */
  readonly evidence: number
  readonly convicted: boolean
  /** Verified work units per second. */
  readonly score: number
}

export interface ValidatorStatus {
  readonly hotkey: string
  readonly uid: number | null
  readonly settledRound: number | null
  readonly canary: 'passed' | 'failed' | 'pending'
  readonly weights: { readonly submitted: number; readonly lastBlock: number | null; readonly lastError: string | null }
  readonly miners: readonly MinerStatus[]
}

export interface MinerReport {
  readonly name: string
  readonly kind: 'honest' | 'cheat'
  readonly hotkey: string
  readonly verdicts: MinerStatus['verdicts'] & { readonly codes: Readonly<Record<string, number>> }
  readonly evidence: number
  readonly convicted: boolean
  /** Names of the validators that convicted it. */
  readonly convictedBy: readonly string[]
  /** Token rate that the world set. */
  readonly throughput: number
  /** Sum over validators of verified work per second. */
  readonly score: number
  /** Mean share of the miners' incentive over the last two epochs, 0 to 1. */
  readonly incentive: number
  /** Alpha earned in the last two epochs. */
  readonly emissionAlpha: number
  /** Highest u16 weight that a validator's vector holds for it. */
  readonly weight: number
}

export interface WorldReport {
  readonly epochs: number
  readonly blocks: number
  readonly miners: readonly MinerReport[]
  readonly validators: readonly {
    readonly name: string
    readonly hotkey: string
    readonly canary: string
    readonly settledRound: number | null
    readonly weightsSubmitted: number
  }[]
}

const kinds = ['pass', 'fail', 'miss', 'unaudited', 'void'] as const

/** Adds up what the validators say of one miner. */
export function mergeStatuses(statuses: readonly MinerStatus[]): Pick<MinerReport, 'verdicts' | 'evidence' | 'convicted' | 'score'> {
  const codes: Record<string, number> = {}
  for (const status of statuses) for (const [code, count] of Object.entries(status.codes)) codes[code] = (codes[code] ?? 0) + count
  const sum = (kind: (typeof kinds)[number]) => statuses.reduce((total, status) => total + status.verdicts[kind], 0)
  return {
    verdicts: { pass: sum('pass'), fail: sum('fail'), miss: sum('miss'), unaudited: sum('unaudited'), void: sum('void'), codes },
    evidence: Math.max(0, ...statuses.map(status => status.evidence)),
    convicted: statuses.some(status => status.convicted),
    score: statuses.reduce((total, status) => total + status.score, 0),
  }
}
