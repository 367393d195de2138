import { createHmac } from 'node:crypto'
import type { ChainPort, Metagraph } from '../../shared/chain/chain-port.ts'
import type { LoadedModel } from '../../shared/models/load-model.ts'
import type { Subnet } from '../../shared/subnet/subnet-file.ts'
import { drawRequests } from '../challenge/draw-requests.ts'
import type { DrawnRequest, RoundMiner } from '../challenge/drawn-request.ts'
import { offeredRates } from '../scoring/offered-rates.ts'
import type { Store } from '../storage/open-store.ts'
import { type RoundRecord, readRound } from '../storage/round-table.ts'
import type { OpenedReference } from './open-reference.ts'
import type { Scoreboard } from './scoreboard.ts'
import { emptyScoring } from './settle-scores.ts'
import type { TlsDuty } from './tls-duty.ts'

/** Which round, and the block at whose height it begins. */
export interface RoundStart {
  readonly number: number
  readonly startBlock: number
}

/** Draws a round: who is asked what, and when. */
export interface Challenger {
  draw(start: RoundStart, signal: AbortSignal): Promise<{ round: RoundRecord; requests: DrawnRequest[] }>
}

export interface ChallengerParts {
  readonly store: Store
  readonly chain: ChainPort
  readonly netuid: number
  readonly subnet: Subnet
  readonly reference: Pick<OpenedReference, 'terms' | 'prompts'> & {
    readonly model: Pick<LoadedModel, 'manifestDigest' | 'contextLength' | 'promptIdsOf'>
  }
  readonly scoreboard: Scoreboard
  readonly master: Uint8Array
  /** Our own hotkey, which is never asked. */
  readonly self: string
  readonly tls?: Pick<TlsDuty, 'readKeys'>
}

/** Builds the challenger: its draws follow from the master secret, the round and the stored ramp alone. */
export function buildChallenger({ store, chain, netuid, subnet, reference, scoreboard, master, self, tls }: ChallengerParts): Challenger {
  const { file, scoringVersion } = subnet
  const { model, terms, prompts } = reference
  const models = new Map([
    [terms.name, { manifestDigest: model.manifestDigest, prompts, contextLength: model.contextLength, promptIdsOf: model.promptIdsOf }],
  ])
  const roundSeconds = (file.round.blocks * chain.blockTimeMs) / 1_000
  return {
    async draw({ number, startBlock }, signal) {
      const metagraph = await chain.readMetagraph(netuid, undefined, signal)
      const { subnetEpochIndex: epoch } = await chain.readEpochState(netuid, undefined, signal)
      const miners = minersOf(metagraph, self, (await tls?.readKeys(metagraph, signal)) ?? new Map())
      const { ramp } = (await scoreboard.latest())?.state ?? emptyScoring
      const offered = offeredRates(ramp, miners, file)
      const carried = (await readRound(store, number - 1))?.round.carry ?? {}
      const seed = new Uint8Array(createHmac('sha256', master).update(`assay/round/1\n${netuid}\n${number}`).digest())
      const drawn = drawRequests({
        seed,
        round: number,
        netuid,
        miners,
        offeredRates: offered,
        carry: new Map(Object.entries(carried)),
        roundSeconds,
        subnet: file,
        models,
      })
      const round: RoundRecord = {
        number,
        startBlock,
        epoch,
        blocks: file.round.blocks,
        seconds: roundSeconds,
        miners,
        offered: Object.fromEntries(offered),
        carry: Object.fromEntries(drawn.carry),
        scoringVersion,
      }
      return { round, requests: drawn.requests }
    },
  }
}

/** The neurons that serve an axon, ourselves left out; those that speak TLS with their keys. */
function minersOf(metagraph: Metagraph, self: string, keys: ReadonlyMap<string, string>): RoundMiner[] {
  return metagraph.neurons.flatMap(({ uid, hotkey, coldkey, registeredAtBlock, axon }) =>
    axon === null || hotkey === self
      ? []
      : [
          {
            ...{ uid, hotkey, coldkey, registeredAtBlock, host: axon.host, port: axon.port },
            ...(axon.tls && { tlsKey: keys.get(hotkey) ?? null }),
          },
        ],
  )
}
