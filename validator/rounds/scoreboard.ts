import type { BlockClock } from '../../shared/chain/block-clock.ts'
import type { ChainPort } from '../../shared/chain/chain-port.ts'
import type { Json } from '../../shared/protocol/canonical-json.ts'
import type { Subnet } from '../../shared/subnet/subnet-file.ts'
import { minerKey } from '../challenge/drawn-request.ts'
import type { ControlState } from '../scoring/control-state.ts'
import type { RoundFailures } from '../scoring/find-mass-failure.ts'
import type { Store } from '../storage/open-store.ts'
import type { RoundRecord } from '../storage/round-table.ts'
import { readSettlementBefore, saveSettlement } from '../storage/settlement-table.ts'
import { readSubnetFile } from '../storage/subnet-table.ts'
import type { Verdict } from '../verification/verdict.ts'
import { digestEvidence } from './digest-evidence.ts'
import type { Notary } from './notary.ts'
import { emptyScoring, parseState, type ScoringState, settleScores } from './settle-scores.ts'
import type { JudgedRound } from './verifier.ts'

export interface LatestScores {
  readonly round: number
  /** Verified work per second by miner key. */
  readonly scores: ReadonlyMap<string, number>
  readonly state: ScoringState
}

/** Keeps scores: takes a judged round in, and gives the latest. */
export interface Scoreboard {
  apply(round: RoundRecord, judged: JudgedRound, signal: AbortSignal): Promise<void>
  /** null before the first settled round. */
  latest(): Promise<LatestScores | null>
}

export interface ScoreboardParts {
  readonly store: Store
  readonly chain: ChainPort
  readonly clock: BlockClock
  readonly netuid: number
  readonly subnet: Subnet
  readonly notary: Notary
  /** Address of the hotkey of the operator's own honest miner. */
  readonly control?: string
  onVerdict?(verdict: Verdict): void
  /** After each settled round, how many failed its statistical checks. */
  onFailures?(failures: RoundFailures): void
  /** After each settled round, what the control miner showed; never without one. */
  onControl?(control: ControlState): void
}

/** What a settlement was computed from, besides the round's exchanges and their statistics. */
export interface SettlementInputs {
  readonly block: number
  readonly present: readonly string[]
  /** Their coldkeys by miner key; absent in rounds of releases that did not know them. */
  readonly coldkeys?: Readonly<Record<string, string>>
  readonly beacons: Readonly<Record<string, string>>
  readonly commitmentBlock: number | null
  readonly referenceReady: boolean
  readonly earlier: Readonly<Record<string, string>>
  /** Of the exchanges and statistics: whoever changes one bit of them later is found out. */
  readonly evidenceDigest: string
  readonly validator: string
  readonly netuid: number
  /** Hotkey of the control miner that the operator had named; absent without one. */
  readonly control?: string
}

/** Builds the scoreboard on a validator's database. */
export function buildScoreboard(parts: ScoreboardParts & { readonly validator: string }): Scoreboard {
  const { store, chain, clock, netuid, validator, notary, control } = parts
  return {
    async apply(round, judged, signal) {
      const { audited, receipts, referenceReady, earlier } = judged
      const metagraph = await chain.readMetagraph(netuid, clock.finalised().hash, signal)
      const present = metagraph.neurons.map(minerKey).sort()
      const coldkeys = Object.fromEntries(metagraph.neurons.map(neuron => [minerKey(neuron), neuron.coldkey]))
      const before = (await readSettlementBefore(store, round.number))?.state
      const { block } = metagraph
      // The round's own version: the owner may have changed the file since it was asked.
      const subnet = await readSubnetFile(store, round.scoringVersion)
      const settled = settleScores({
        before: before === undefined ? emptyScoring : parseState(before),
        ...{ round, block, present, coldkeys, subnet },
        verdicts: judged.judgements.map(({ verdict }) => verdict),
        ...(control !== undefined && { control }),
      })
      const { verdicts } = settled
      const judgements = judged.judgements.map((each, index) => ({ ...each, verdict: verdicts[index] ?? each.verdict }))
      const evidenceDigest = digestEvidence(
        audited.answers.map(({ exchange }) => exchange),
        new Map(judgements.map(({ verdict, statistics }) => [verdict.requestId, statistics])),
        new Map(audited.answers.flatMap(({ exchange, opened }) => (opened ? [[exchange.ask.assay.requestId, opened] as const] : []))),
      )
      const inputs: SettlementInputs = {
        block,
        present,
        coldkeys,
        beacons: audited.beacons,
        commitmentBlock: audited.commitmentBlock,
        referenceReady,
        earlier,
        evidenceDigest,
        validator,
        netuid,
        ...(control !== undefined && { control }),
      }
      const scores = Object.fromEntries(settled.scores)
      const signed = await notary.sign(round, { ...judged, judgements }, subnet, scores)
      await saveSettlement(store, {
        round: round.number,
        inputs: inputs as unknown as Json,
        judgements,
        receipts,
        state: settled.state as unknown as Json,
        scores,
        signed,
        convictions: notary.convict(round, { block, convictions: settled.convictions, verdicts, signed }, subnet),
      })
      for (const verdict of verdicts) parts.onVerdict?.(verdict)
      parts.onFailures?.(settled.failures)
      if (settled.state.control !== undefined) parts.onControl?.(settled.state.control)
    },
    async latest() {
      const stored = await readSettlementBefore(store, Number.MAX_SAFE_INTEGER)
      if (stored === null) return null
      const scores: Record<string, number> = JSON.parse(stored.scores)
      return { round: stored.round, scores: new Map(Object.entries(scores)), state: parseState(stored.state) }
    },
  }
}
