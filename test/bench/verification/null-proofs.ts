import type { Engine, GenerateRequest, Generation } from '../../../shared/engine/engine-port.ts'
import type { LoadedModel } from '../../../shared/models/load-model.ts'
import type { HiddenRows } from '../../../shared/proof/fingerprint/hidden-rows.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import type { AnswerSample } from './answer-sample.ts'
import { drawRequests } from './draw-requests.ts'
import { compareProofs, driftOf } from './measure-answer.ts'
import { batch } from './settings.ts'

/** What is shown in the place of a true proof, and how much of it each check refuses. */
export interface NullProof {
  readonly kind: string
  readonly answers: number
  /** Shares of the answers whose mean is above that of every honest answer; null where the check does not read such a proof. */
  readonly fingerprint: number | null
  readonly toploc: number | null
  readonly logProbs: number | null
}

export interface NullProofSettings {
  readonly model: LoadedModel
  /** The right model: its answers are honest, only their proofs are replaced. */
  readonly engine: Engine
  readonly reference: Engine
  readonly answers: number
  /** Honest answers, whose largest means are the thresholds. */
  readonly honest: readonly AnswerSample[]
}

interface Proven {
  readonly request: GenerateRequest
  readonly tokenIds: readonly number[]
  readonly rows: HiddenRows
  readonly logProbs: Float32Array
  readonly ownRows: Float32Array
  readonly ownLogProbs: Float64Array
}

/** Another answer's proof is of other tokens from the first of it on: an answer that is the same token for token has the same proof. */
interface Forgery {
  readonly kind: string
  rows?(proven: Proven, other: Proven, random: () => number): HiddenRows
  logProbs?(proven: Proven, other: Proven, random: () => number): ArrayLike<number>
}

/** Shorter answers are left out on both sides: they do not fill one TOPLOC chunk, and may be certain of every token. */
const leastTokens = 8
const never = new AbortController().signal

const withPatterns = ({ rows }: Proven, pattern: (index: number) => number): HiddenRows => ({
  hidden: rows.hidden,
  patterns: Uint16Array.from({ length: rows.patterns.length }, (_, index) => pattern(index)),
})

const forgeries: readonly Forgery[] = [
  { kind: 'zeros', rows: proven => withPatterns(proven, () => 0), logProbs: ({ tokenIds }) => tokenIds.map(() => 0) },
  {
    kind: 'random numbers',
    // Exponents of numbers between 2^-4 and 2^4, as hidden rows have them.
    rows: (proven, _, random) =>
      withPatterns(proven, () => (Math.floor(random() * 2) << 15) | ((11 + Math.floor(random() * 8)) << 10) | Math.floor(random() * 1_024)),
    logProbs: ({ tokenIds }, _, random) => tokenIds.map(() => Math.log(1 - random())),
  },
  { kind: 'random bytes', rows: (proven, _, random) => withPatterns(proven, () => Math.floor(random() * 65_536)) },
  {
    kind: 'the proof of another prompt',
    rows: (proven, { rows }) => withPatterns(proven, index => rows.patterns[index % rows.patterns.length] ?? 0),
    logProbs: ({ tokenIds }, { logProbs }) => tokenIds.map((_, index) => logProbs[index % logProbs.length] ?? 0),
  },
  {
    kind: "the answer's own rows, one place late",
    rows: proven => withPatterns(proven, index => proven.rows.patterns[Math.max(0, index - proven.rows.hidden)] ?? 0),
    logProbs: ({ logProbs, tokenIds }) => tokenIds.map((_, index) => logProbs[Math.max(0, index - 1)] ?? 0),
  },
  {
    kind: "the answer's own rows, negated",
    rows: proven => withPatterns(proven, index => (proven.rows.patterns[index] ?? 0) ^ 0x8000),
  },
  {
    kind: "the answer's own rows, at half their size",
    rows: proven => withPatterns(proven, index => halve(proven.rows.patterns[index] ?? 0)),
  },
]

/** Shares of forged proofs of honest answers that each check refuses by itself. */
export async function measureNullProofs(settings: NullProofSettings): Promise<NullProof[]> {
  const proven = await proveAnswers(settings)
  const largest = (read: (sample: AnswerSample) => Float32Array) =>
    settings.honest.reduce((most, sample) => (sample.margins.length < leastTokens ? most : Math.max(most, meanOf(read(sample)))), 0)
  const most = { distances: largest(s => s.distances), chunks: largest(s => s.chunks), drifts: largest(s => s.drifts) }
  return forgeries.map(({ kind, rows, logProbs }): NullProof => {
    const random = seededRandom(7)
    const share = (isRefused: (one: Proven, other: Proven) => boolean) =>
      proven.filter((one, index) => isRefused(one, proven[(index + 1) % proven.length] ?? one)).length / proven.length
    const forged = rows && proven.map((one, index) => rows(one, proven[(index + 1) % proven.length] ?? one, random))
    const compared = forged?.map((shown, index) => {
      const one = proven[index]
      return one === undefined ? undefined : compareProofs(one.request, shown, one.ownRows)
    })
    const shareOf = (read: (sample: Pick<AnswerSample, 'distances' | 'chunks'>) => Float32Array, bound: number) =>
      compared === undefined ? null : compared.filter(one => one !== undefined && !(meanOf(read(one)) <= bound)).length / compared.length
    return {
      kind,
      answers: proven.length,
      fingerprint: shareOf(({ distances }) => distances, most.distances),
      toploc: shareOf(({ chunks }) => chunks, most.chunks),
      logProbs:
        logProbs === undefined
          ? null
          : share((one, other) => {
              const stated = logProbs(one, other, random)
              return !(meanOf(one.ownLogProbs.map((own, index) => driftOf(stated[index] ?? Number.NaN, own))) <= most.drifts)
            }),
    }
  })
}

async function proveAnswers({ model, engine, reference, answers }: NullProofSettings): Promise<Proven[]> {
  const proven: Proven[] = []
  const requests = drawRequests(model, 'null proofs', 0, answers)
  for (let start = 0; start < requests.length; start += batch) {
    const group = requests.slice(start, start + batch)
    const generations = await Promise.all(group.map(request => engine.generate(request, never)))
    for (const [index, request] of group.entries()) {
      const one = generations[index]
      if (one === undefined || one.tokenIds.length < leastTokens) continue
      proven.push(...(await proveAnswer(request, one, reference)))
    }
  }
  return proven
}

async function proveAnswer(request: GenerateRequest, { tokenIds, hidden, logProbs }: Generation, reference: Engine): Promise<Proven[]> {
  const score = await reference.score({ ...request, tokenIds }, never)
  if (hidden === undefined || score.hidden === undefined) return []
  return [{ request, tokenIds, rows: hidden, logProbs, ownRows: score.hidden, ownLogProbs: score.logProbs }]
}

/** A float16 pattern of half the value; numbers too small for it become zero. */
function halve(pattern: number): number {
  return (pattern & 0x7c00) >= 0x800 ? pattern - 0x400 : pattern & 0x8000
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0
  for (let index = 0; index < values.length; index++) sum += values[index] ?? 0
  return values.length === 0 ? 0 : sum / values.length
}
