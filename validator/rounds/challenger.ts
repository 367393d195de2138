import { createHmac } from 'node:crypto'
import type { ChainPort, Metagraph } from '../../shared/chain/chain-port.ts'
import type { LoadedModel } from '../../shared/models/load-model.ts'
import type { SignedOffer } from '../../shared/protocol/offer.ts'
import type { Subnet, SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { claimedRate } from '../challenge/claimed-rate.ts'
import { drawRequests } from '../challenge/draw-requests.ts'
import type { DrawnRequest, RoundMiner } from '../challenge/drawn-request.ts'
import { ourShare } from '../challenge/our-share.ts'
import { offeredRates } from '../scoring/offered-rates.ts'
import type { Store } from '../storage/open-store.ts'
import { type RoundRecord, readRound } from '../storage/round-table.ts'
import type { OfferBook } from './offer-book.ts'
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
  /** What miners offer; without it everybody is held to the strictest class. */
  readonly offers?: OfferBook
}

/** A round does not wait longer for offers. */
const mostWaitMs = 3_000

/** Builds the challenger: its draws follow from the master secret, the round and the stored ramp alone. */
export function buildChallenger({
  store,
  chain,
  netuid,
  subnet,
  reference,
  scoreboard,
  master,
  self,
  tls,
  offers,
}: ChallengerParts): Challenger {
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
      await offers?.refresh(miners, epoch, Math.min(mostWaitMs, roundSeconds * 100), signal)
      const standing = (await offers?.standing(miners, epoch)) ?? new Map<string, readonly SignedOffer[]>()
      const claims = claimsOf(standing, file, ourShare(metagraph, self, file.minCallerStakeRao))
      const offered = offeredRates(ramp, miners, file, claims)
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
        offers: standing,
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
        ...(claims.size > 0 && { claims: Object.fromEntries(claims) }),
        scoringVersion,
      }
      return { round, requests: drawn.requests }
    },
  }
}

/** What each miner claims to do for us; nothing where the subnet file holds nobody to a claim, or our stake gives us no part. */
function claimsOf(
  standing: ReadonlyMap<string, readonly SignedOffer[]>,
  { models, timing }: SubnetFile,
  share: number | null,
): ReadonlyMap<string, number> {
  if (timing === undefined || share === null) return new Map()
  return new Map(
    [...standing].flatMap(([key, [first]]) => {
      const rate = claimedRate(models, first)
      return rate === null ? [] : [[key, rate * share] as const]
    }),
  )
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
