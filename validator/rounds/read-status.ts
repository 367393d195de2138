import { explainAuditReason } from '../../shared/protocol/audit-reason.ts'
import type { SignedOffer } from '../../shared/protocol/offer.ts'
import type { UnansweredReceipt } from '../../shared/protocol/unanswered-receipt.ts'
import { classOfOffer } from '../../shared/subnet/find-class.ts'
import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { auditTerms } from '../audit/audit-rate.ts'
import { minerKey } from '../challenge/drawn-request.ts'
import { standingEpochs, standingOffers } from '../challenge/standing-offers.ts'
import { type ControlState, findControlProblem } from '../scoring/control-state.ts'
import { standingOf } from '../scoring/standing-of.ts'
import type { MinerStatus, ValidatorStatus } from '../status-server.ts'
import { readOffers } from '../storage/offer-table.ts'
import type { Store } from '../storage/open-store.ts'
import { readLastRoundNumber, readRound } from '../storage/round-table.ts'
import { countVerdicts } from '../storage/settlement-table.ts'
import type { VerdictKind } from '../verification/verdict.ts'
import type { OpenedReference } from './open-reference.ts'
import type { Scoreboard } from './scoreboard.ts'
import type { SecretCommitter } from './secret-committer.ts'
import { emptyScoring } from './settle-scores.ts'
import type { DuplicateWatch } from './watch-duplicates.ts'
import type { WeightSetter } from './weight-setter.ts'

export interface StatusParts {
  readonly store: Store
  readonly hotkey: string
  readonly uid: number
  readonly reference: Pick<OpenedReference, 'canary'>
  readonly weights: Pick<WeightSetter, 'status'>
  readonly committer: Pick<SecretCommitter, 'status'>
  readonly scoreboard: Scoreboard
  readonly subnet: SubnetFile
  /** Hotkey of the control miner. */
  readonly control?: string | undefined
  readonly duplicates: Pick<DuplicateWatch, 'recent'>
  readUnanswered(): Promise<readonly UnansweredReceipt[]>
}

/** Gathers what the operator may see of a running validator. */
export async function readStatus(parts: StatusParts): Promise<ValidatorStatus> {
  const { store, hotkey, uid, reference, weights, committer, scoreboard, subnet } = parts
  const latest = await scoreboard.latest()
  const { scores: state, ramp, audits } = latest?.state ?? emptyScoring
  const counts = await countVerdicts(store)
  const last = await readLastRoundNumber(store)
  const round = last === null ? null : ((await readRound(store, last))?.round ?? null)
  const miners = round?.miners ?? []
  const epochs = standingEpochs(round?.epoch ?? 0)
  const offers = await readOffers(store, epochs.first, epochs.last)
  return {
    hotkey,
    uid,
    settledRound: latest?.round ?? null,
    canary: reference.canary(),
    weights: weights.status(),
    commitment: committer.status(),
    ...(parts.control !== undefined && { control: controlOf(parts.control, latest?.state.control) }),
    duplicates: parts.duplicates.recent(),
    unanswered: await parts.readUnanswered(),
    miners: miners.map((miner): MinerStatus => {
      const key = minerKey(miner)
      const mine = counts.filter(row => row.minerKey === key)
      const countOf = (kind: VerdictKind) => mine.reduce((sum, row) => (row.kind === kind ? sum + row.count : sum), 0)
      const codes: Record<string, number> = {}
      for (const { code, count } of mine) if (code !== null) codes[code] = (codes[code] ?? 0) + count
      const { rate: auditRate, reason } = auditTerms(audits.miners[key], subnet)
      const { evidenceLog10, convictedUntilBlock } = standingOf(state, key)
      return {
        hotkey: miner.hotkey,
        verdicts: {
          pass: countOf('pass'),
          fail: countOf('fail'),
          miss: countOf('miss'),
          unaudited: countOf('unaudited'),
          void: countOf('void'),
        },
        codes,
        evidence: evidenceLog10,
        convicted: convictedUntilBlock !== null,
        ...{ auditRate, auditReason: explainAuditReason(reason) },
        score: latest?.scores.get(key) ?? 0,
        offered: ramp.miners[key]?.rate ?? 0,
        ...offerOf(standingOffers(offers.get(miner.hotkey) ?? [], round?.epoch ?? 0)?.[0], subnet),
        claim: round?.claims?.[key] ?? null,
        underClaim: ramp.miners[key]?.underClaim === true,
      }
    }),
  }
}

function controlOf(hotkey: string, state: ControlState | undefined): NonNullable<ValidatorStatus['control']> {
  if (state?.hotkey !== hotkey) return { hotkey, suspended: [], answers: 0, problem: null }
  return { hotkey, suspended: state.suspended, answers: state.answers.length, problem: findControlProblem(state) }
}

function offerOf(standing: SignedOffer | undefined, { models: [model] }: SubnetFile): Pick<MinerStatus, 'offer' | 'class'> {
  const held = model === undefined ? null : classOfOffer(model, standing)
  if (standing === undefined) return { offer: null, class: held?.name ?? null }
  const { epoch, priceRao, region, tier } = standing.offer
  return { offer: { epoch, priceRao, region, tier }, class: held?.name ?? null }
}
