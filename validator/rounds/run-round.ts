import type { RoundRecord } from '../storage/round-table.ts'
import type { Auditor } from './auditor.ts'
import type { Challenger, RoundStart } from './challenger.ts'
import type { Pool } from './pool.ts'
import type { Querier } from './querier.ts'
import type { Scoreboard } from './scoreboard.ts'
import type { SecretCommitter } from './secret-committer.ts'
import type { Verifier } from './verifier.ts'
import type { WeightSetter } from './weight-setter.ts'

export interface AskModules {
  readonly challenger: Challenger
  readonly querier: Querier
  readonly pool: Pool
}

export interface SettleModules {
  readonly pool: Pool
  readonly auditor: Auditor
  readonly verifier: Verifier
  readonly scoreboard: Scoreboard
}

/**
 * Asks: every miner of the metagraph gets requests that only we know to be tests, as many as it verifiably kept up with and a
 * few more. The round is stored before the first request leaves, each answer with its receipt when it arrives.
 */
export async function askRound(start: RoundStart, { challenger, querier, pool }: AskModules, signal: AbortSignal): Promise<void> {
  const { round, requests } = await challenger.draw(start, signal)
  await pool.open(round)
  let cutShort = true
  try {
    for await (const exchange of querier.ask(round, requests, signal)) await pool.add(exchange)
    cutShort = signal.aborted
  } finally {
    await pool.close(round, cutShort)
  }
}

/**
 * Settles, once, when the chain has finalised every beacon of the round: which answers are audited follows from a block that
 * nobody knew when the receipts were signed, and so does what their miners must open of what they committed to. Each answer gets a verdict, from the receipt alone or from one prefill of the
 * reference model; verdicts, evidence and scores are stored together.
 */
export async function settleRound(
  round: RoundRecord,
  { pool, auditor, verifier, scoreboard }: SettleModules,
  signal: AbortSignal,
): Promise<void> {
  const answers = await auditor.draw(round, await pool.exchangesOf(round), signal)
  const judged = await verifier.judge(await auditor.open(answers, signal), signal)
  await scoreboard.apply(round, judged, signal)
}

/** Pays: the scores become weights whenever the chain takes them; the metagraph is read again first, so that nobody inherits a score. */
export async function payMiners(scoreboard: Scoreboard, weights: WeightSetter, signal: AbortSignal): Promise<void> {
  await weights.submitIfDue(await scoreboard.latest(), signal)
}

/**
 * Commits: once an epoch, before it begins, the hash of its audit secret goes on chain, and a closed epoch's secret with it, so that anyone
 * can check that the audits were drawn and not chosen. Weights come first.
 */
export async function commitSecret(committer: SecretCommitter, weights: WeightSetter, signal: AbortSignal): Promise<void> {
  const { silent, waiting, nextBlock } = weights.status()
  if (silent) return
  await committer.commitIfDue(waiting === null ? nextBlock : null, signal)
}
