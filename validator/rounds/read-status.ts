import { minerKey } from '../challenge/drawn-request.ts'
import { standingOf } from '../scoring/standing-of.ts'
import type { MinerStatus, ValidatorStatus } from '../status-server.ts'
import type { Store } from '../storage/open-store.ts'
import { readLastRoundNumber, readRound } from '../storage/round-table.ts'
import { countVerdicts } from '../storage/settlement-table.ts'
import type { VerdictKind } from '../verification/verdict.ts'
import type { OpenedReference } from './open-reference.ts'
import type { Scoreboard } from './scoreboard.ts'
import type { SecretCommitter } from './secret-committer.ts'
import { emptyScoring } from './settle-scores.ts'
import type { WeightSetter } from './weight-setter.ts'

export interface StatusParts {
  readonly store: Store
  readonly hotkey: string
  readonly uid: number
  readonly reference: Pick<OpenedReference, 'canary'>
  readonly weights: Pick<WeightSetter, 'status'>
  readonly committer: Pick<SecretCommitter, 'status'>
  readonly scoreboard: Scoreboard
}

/** Gathers what the operator may see of a running validator. */
export async function readStatus(parts: StatusParts): Promise<ValidatorStatus> {
  const { store, hotkey, uid, reference, weights, committer, scoreboard } = parts
  const latest = await scoreboard.latest()
  const { scores: state, ramp } = latest?.state ?? emptyScoring
  const counts = await countVerdicts(store)
  const last = await readLastRoundNumber(store)
  const miners = last === null ? [] : ((await readRound(store, last))?.round.miners ?? [])
  return {
    hotkey,
    uid,
    settledRound: latest?.round ?? null,
    canary: reference.canary(),
    weights: weights.status(),
    commitment: committer.status(),
    miners: miners.map((miner): MinerStatus => {
      const key = minerKey(miner)
      const mine = counts.filter(row => row.minerKey === key)
      const countOf = (kind: VerdictKind) => mine.reduce((sum, row) => (row.kind === kind ? sum + row.count : sum), 0)
      const codes: Record<string, number> = {}
      for (const { code, count } of mine) if (code !== null) codes[code] = (codes[code] ?? 0) + count
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
        score: latest?.scores.get(key) ?? 0,
        offered: ramp.miners[key]?.rate ?? 0,
      }
    }),
  }
}
