import type { Metagraph } from '../../shared/chain/chain-port.ts'
import type { MinerRole } from './cast.ts'
import { type MinerReport, mergeStatuses, type ValidatorStatus, type WorldReport } from './report.ts'

export interface CastMiner {
  readonly role: MinerRole
  readonly hotkey: string
}

export interface ReportSources {
  readonly epochs: number
  readonly block: number
  readonly miners: readonly CastMiner[]
  /** The metagraphs right after the last epochs, two at most. */
  readonly lastEpochs: readonly Metagraph[]
  readonly validators: ReadonlyArray<{ readonly name: string; readonly hotkey: string; readonly status: ValidatorStatus | null }>
  /** For each validator's stored vector: weight by uid. */
  readonly weights: ReadonlyArray<ReadonlyMap<number, number>>
}

/** Builds the world's table from the chain and from what the validators say. */
export function buildReport({ epochs, block, miners, lastEpochs, validators, weights }: ReportSources): WorldReport {
  const reports = miners.map(({ role, hotkey }): MinerReport => {
    const seen = lastEpochs.flatMap(({ neurons }) => neurons.filter(neuron => neuron.hotkey === hotkey))
    const uid = seen.at(-1)?.uid
    const statuses = validators.flatMap(({ status }) => status?.miners.filter(miner => miner.hotkey === hotkey) ?? [])
    return {
      name: role.name,
      kind: role.kind,
      hotkey,
      ...mergeStatuses(statuses),
      convictedBy: validators.flatMap(({ name: validator, status }) =>
        status?.miners.some(miner => miner.hotkey === hotkey && miner.convicted) === true ? [validator] : [],
      ),
      throughput: role.tokenRate,
      incentive: seen.reduce((sum, { incentive }) => sum + incentive / 65_535, 0) / Math.max(1, lastEpochs.length),
      emissionAlpha: seen.reduce((sum, { emissionRao }) => sum + Number(emissionRao) / 1e9, 0),
      weight: uid === undefined ? 0 : Math.max(0, ...weights.map(vector => vector.get(uid) ?? 0)),
    }
  })
  return {
    epochs,
    blocks: block,
    miners: reports,
    validators: validators.map(({ name, hotkey, status }) => ({
      name,
      hotkey,
      canary: status?.canary ?? 'pending',
      settledRound: status?.settledRound ?? null,
      weightsSubmitted: status?.weights.submitted ?? 0,
    })),
  }
}
