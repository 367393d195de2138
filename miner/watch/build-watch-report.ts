import type { Metagraph } from '../../shared/chain/chain-port.ts'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { immunityLeft, listPruneOrder } from './list-prune-order.ts'

/** What is read of the chain for a report, all at one block. */
export interface WatchInput {
  readonly metagraph: Metagraph
  readonly immunityPeriod: number
  readonly maxAllowedUids: number
  readonly minNonImmuneUids: number
  readonly untouchable: ReadonlySet<number>
  readonly blockTimeMs: number
  /** Rao that one alpha costs. */
  readonly alphaPriceRao: bigint
}

/** How a miner stands: what it earns, and how near it is to losing its place. */
export interface WatchReport {
  readonly block: number
  readonly uid: number
  readonly immunityLeftBlocks: number
  readonly immunityLeftHours: number
  /** Registrations until the subnet is full and this neuron's turn comes, its own included; null where it is out of reach. */
  readonly registrationsToPrune: number | null
  readonly freeUids: number
  /** Counted over the last hour of blocks from the neurons that are there. */
  readonly registrationsPerHour: number
  /** At that rate; null where nobody registers or the neuron is out of reach. */
  readonly hoursToPrune: number | null
  readonly alphaPerDayRao: bigint
  readonly taoPerDayRao: bigint
  /** Not immune (or not for long), and at the present rate pruned within a day. */
  readonly danger: boolean
}

const hourMs = 3_600_000
const dangerHours = 24
const raoPerUnit = 1_000_000_000n

/** The report on one hotkey. Throws MINER_NOT_REGISTERED. */
export function buildWatchReport(hotkey: string, input: WatchInput): WatchReport {
  const { metagraph, blockTimeMs, maxAllowedUids } = input
  const { block, neurons, tempo } = metagraph
  const own = neurons.find(neuron => neuron.hotkey === hotkey)
  if (own === undefined) throw new AssayError('MINER_NOT_REGISTERED', { hotkey, netuid: metagraph.netuid })
  const rules = { block, ...input }
  const place = listPruneOrder(neurons, rules).indexOf(own.uid)
  const freeUids = Math.max(0, maxAllowedUids - neurons.length)
  const registrationsToPrune = place < 0 ? null : freeUids + place + 1
  const blocksPerHour = hourMs / blockTimeMs
  const registrationsPerHour = neurons.filter(
    neuron => neuron.registeredAtBlock > block - blocksPerHour && neuron.registeredAtBlock > 0,
  ).length
  const hoursToPrune = registrationsToPrune === null || registrationsPerHour === 0 ? null : registrationsToPrune / registrationsPerHour
  const immunityLeftBlocks = immunityLeft(own, rules)
  const immunityLeftHours = (immunityLeftBlocks * blockTimeMs) / hourMs
  const alphaPerDayRao = tempo === 0 ? 0n : (own.emissionRao * BigInt(Math.round(24 * blocksPerHour))) / BigInt(tempo)
  return {
    ...{ block, uid: own.uid, immunityLeftBlocks, immunityLeftHours, registrationsToPrune, freeUids, registrationsPerHour, hoursToPrune },
    alphaPerDayRao,
    taoPerDayRao: (alphaPerDayRao * input.alphaPriceRao) / raoPerUnit,
    danger: hoursToPrune !== null && hoursToPrune < dangerHours && immunityLeftHours < dangerHours,
  }
}
