import { digestJson } from '../../shared/protocol/digest-json.ts'
import { minerKey } from '../challenge/drawn-request.ts'
import { readSameAnswers, saveAnswerDigests } from '../storage/answer-digest-table.ts'
import type { Store } from '../storage/open-store.ts'
import { type ComparedAnswer, type Duplicate, findDuplicates, leastSurprisal } from '../verification/find-duplicates.ts'
import { unpackStatistics } from '../verification/pack-statistics.ts'
import type { JudgedRound } from './verifier.ts'

/** Probability of an alarm in a round in which everybody is honest. */
const alpha = 1e-6
/** JSON and SQLite have no infinities. */
const mostSurprisal = 1e6
const shown = 20

/** The alarms of a validator: for its operator, never for a verdict. */
export interface DuplicateWatch {
  /** Compares a judged round with itself and with what came before it, and remembers it. */
  look(judged: Pick<JudgedRound, 'audited' | 'judgements'>): Promise<void>
  /** The last ones since the start, newest first. */
  recent(): readonly (Duplicate & { readonly round: number })[]
}

/** Builds the watch on a validator's database. */
export function buildDuplicateWatch(store: Store, onFound: (found: readonly Duplicate[]) => void = () => {}): DuplicateWatch {
  let recent: (Duplicate & { readonly round: number })[] = []
  return {
    async look({ audited, judgements }) {
      const statistics = new Map(judgements.map(one => [one.verdict.requestId, one.statistics]))
      const answers = audited.answers.flatMap(({ exchange }): ComparedAnswer[] => {
        const { ask, arrival, miner } = exchange
        const packed = statistics.get(ask.assay.requestId) ?? null
        if (packed === null || arrival.kind !== 'answer' || ask.assay.scope !== 'miner' || ask.temperature === 0) return []
        const { surprisals } = unpackStatistics(JSON.parse(packed))
        const surprisal = Math.min(
          mostSurprisal,
          surprisals.reduce((sum, one) => sum + one, 0),
        )
        if (!(surprisal >= leastSurprisal)) return []
        const { requestId } = ask.assay
        return [{ requestId, minerKey: minerKey(miner), digest: digestJson(arrival.receipt.tokenIds), surprisal }]
      })
      const { same, count } = await readSameAnswers(store, [...new Set(answers.map(({ digest }) => digest))])
      const found = findDuplicates(answers, same, { alpha, compared: count })
      await saveAnswerDigests(store, audited.round.number, answers)
      recent = [...found.map(one => ({ ...one, round: audited.round.number })), ...recent].slice(0, shown)
      onFound(found)
    },
    recent: () => recent,
  }
}
