import { countOf } from '../../shared/util/count-of.ts'
import type { CommitmentStep } from '../audit/plan-commitment.ts'
import type { IntentStatus } from './intent.ts'
import type { WeightsPlan, WeightsStop } from './plan-weights.ts'
import type { Foreign } from './reconcile.ts'
import type { WeightVector } from './scores-to-weights.ts'

/** What `assay validator plan` shows; its JSON form is this object. */
export interface PlanReport {
  readonly head: number
  readonly blockTimeMs: number
  /** The settled round that the scores come from; null before the first. */
  readonly round: number | null
  readonly plan: WeightsPlan
  /** What would be sent now; null where nothing would. */
  readonly vector: WeightVector | null
  /** The commitment to the coming epoch's audit secret; null where the subnet has no epochs. */
  readonly commitment: {
    readonly epoch: number
    readonly beginsAt: number
    readonly step: CommitmentStep
    readonly block: number | null
  } | null
  /** What the chain holds of this hotkey and the journal does not know. */
  readonly foreign: readonly Foreign[]
  readonly pending: ReadonlyArray<{ readonly status: IntentStatus; readonly sentBlock: number | null }>
}

const ways = {
  'set-weights': 'set_weights, in the open',
  timelocked: 'a timelocked commit, which the chain opens by itself',
  hash: 'a hash commit, which this validator reveals',
} as const

/** What each stop asks of the operator. */
export const stopAdvice: Readonly<Record<WeightsStop, string>> = {
  'not registered': 'Register the hotkey on the subnet, or check --netuid and --wallet-hotkey.',
  'no permit': 'Permits are renewed at every epoch and go to the largest stakes: add stake, or wait for the next epoch.',
  'no epochs': 'The subnet has tempo 0: nothing is paid there.',
  'rate limit': 'The chain takes no weights from us before the end of this tempo: nothing to do.',
  'no score above zero': 'No miner has a score: look at /status, or set --last-resort repeat.',
  'too many unrevealed commits': 'The chain holds the most it takes: wait until they are revealed or expire.',
  'weights version':
    'The owner wants newer weights: update this program and the subnet file, or set --weights-version where these meet it already.',
  'doppelganger watch':
    'The hotkey acted without this journal: it is watched for a whole tempo first. Make sure that no other validator runs on it.',
  'unknown fate': 'A submission was sent and nobody said what became of it: the next final blocks tell.',
}

/** The plan as lines for people. */
export function describePlan(report: PlanReport): string[] {
  const { head, blockTimeMs, round, plan, vector, foreign, pending } = report
  const inBlocks = (block: number) => {
    const seconds = Math.round(((block - head) * blockTimeMs) / 1_000)
    return `block ${block} (${block <= head ? 'passed' : `in ${countOf(block - head, 'block')}, about ${seconds} s`})`
  }
  const lines = [`head            block ${head}, epoch ${plan.epoch}`]
  if (plan.epochBlock !== null) lines.push(`epoch ends      ${inBlocks(plan.epochBlock)}`)
  if (plan.window !== null) lines.push(`window          blocks ${plan.window.opens} to ${plan.window.closes}`)
  if (plan.submitAt !== null) lines.push(`next submission ${inBlocks(plan.submitAt)}, by ${ways[plan.form]}`)
  lines.push(`content         ${describeContent(plan, vector, round)}`)
  if (plan.inactiveAfter !== null) lines.push(`inactive after  ${inBlocks(plan.inactiveAfter)} without new weights`)
  lines.push(`missed tempos   ${plan.missedTempos}`)
  if (report.commitment !== null) lines.push(`audit secret    ${describeCommitment(report.commitment)}`)
  for (const { status, sentBlock } of pending) lines.push(`under way       ${status} since block ${sentBlock}`)
  for (const { what, block } of foreign)
    lines.push(`unknown to us   ${what} of block ${block}: another validator, or this one before a restore`)
  if (plan.stops.length === 0) lines.push('nothing stands in the way')
  for (const stop of plan.stops) lines.push(`stopped by      ${stop}. ${stopAdvice[stop]}`)
  return lines
}

function describeCommitment({ epoch, beginsAt, step, block }: NonNullable<PlanReport['commitment']>): string {
  const what = `of epoch ${epoch}, which begins at block ${beginsAt}`
  if (step === 'committed' || block !== null)
    return `${what}: committed to in block ${block}${step === 'committed' ? '' : ', not final yet'}`
  const texts = {
    due: 'the commitment is sent next',
    'under way': 'a commitment is under way',
    'weights first': 'the commitment waits until the weights are in',
  } as const
  return `${what}: ${texts[step]}`
}

function describeContent({ content }: WeightsPlan, vector: WeightVector | null, round: number | null): string {
  if (content === 'nothing' || vector === null) return 'nothing: no score is above zero'
  const pairs = vector.uids.map((uid, index) => `${uid}:${vector.values[index]}`)
  const shown = pairs.length > 12 ? `${pairs.slice(0, 12).join(' ')} ... (${pairs.length} uids)` : pairs.join(' ')
  return `${content === 'scores' ? `scores of round ${round}` : 'the last good vector again'}: ${shown}`
}
