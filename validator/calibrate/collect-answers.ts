import { createHash } from 'node:crypto'
import type { Engine, GenerateRequest, Generation } from '../../shared/engine/engine-port.ts'
import { answerOpening } from '../../shared/proof/fingerprint/answer-opening.ts'
import { fingerprintDistances } from '../../shared/proof/fingerprint/compare-fingerprint.ts'
import { drawOpening } from '../../shared/proof/fingerprint/draw-opening.ts'
import { commitRows } from '../../shared/proof/fingerprint/hidden-rows.ts'
import { drawPrompt } from '../challenge/draw-prompt.ts'
import type { PromptGrammar } from '../challenge/prompt-grammar.ts'
import { uniformDraws } from '../challenge/seeded-draws.ts'
import type { HonestAnswer } from '../verification/calibration/honest-answer.ts'

export interface CollectParts {
  readonly engine: Engine
  readonly reference: Engine
  readonly prompts: PromptGrammar
  promptIdsOf(ask: { readonly messages: readonly { readonly role: 'user'; readonly content: string }[] }): readonly number[]
  /** Decides prompts, lengths, noise and projections. */
  readonly seed: string
  readonly answers: number
  /** Asked together. */
  readonly batch: number
  readonly temperatures: readonly number[]
  readonly maxTokens: { readonly min: number; readonly max: number }
  /** Numbers that a row is projected to. */
  readonly projected: number
  onAnswer(done: number): void
}

/** Lets an engine answer, and measures each answer against the reference as an audit would. */
export async function collectAnswers(parts: CollectParts, signal: AbortSignal): Promise<HonestAnswer[]> {
  const { engine, reference, answers, batch } = parts
  const withRows = engine.hiddenSize !== undefined && reference.hiddenSize === engine.hiddenSize
  const requests = drawRequests(parts)
  const collected: HonestAnswer[] = []
  for (let start = 0; start < answers; start += batch) {
    const group = requests.slice(start, start + batch).map(request => ({ ...request, wantHidden: withRows }))
    const generations = await Promise.all(group.map(request => engine.generate(request, signal)))
    for (const [index, request] of group.entries()) {
      const generation = generations[index]
      if (generation === undefined) continue
      const { tokenIds, logProbs } = generation
      const scored = await reference.score({ ...request, tokenIds }, signal)
      const distances =
        scored.hidden === undefined ? null : distancesOf(generation, scored.hidden, `${parts.seed}/${start + index}`, parts.projected)
      collected.push({
        temperature: request.sampling.temperature,
        margins: [...scored.margins],
        drifts: tokenIds.map((_, place) => Math.abs((logProbs[place] ?? Number.NaN) - (scored.logProbs[place] ?? Number.NaN))),
        distances,
      })
      parts.onAnswer(collected.length)
    }
  }
  return collected
}

function drawRequests({ prompts, promptIdsOf, seed, answers, temperatures, maxTokens }: CollectParts): GenerateRequest[] {
  const draw = uniformDraws(createHash('sha256').update(`assay/calibration/1/${seed}`).digest(), 'requests')
  const used = new Set<string>()
  return Array.from({ length: answers }, (_, index) => {
    const content = drawPrompt(prompts, draw, used)
    const sampling = {
      temperature: temperatures[index % temperatures.length] ?? 1,
      topK: 0,
      maxTokens: maxTokens.min + Math.floor(draw() * (maxTokens.max - maxTokens.min + 1)),
    }
    const noiseKey = new Uint8Array(createHash('sha256').update(`assay/calibration/1/${seed}/noise/${index}`).digest())
    return { promptIds: promptIdsOf({ messages: [{ role: 'user', content }] }), sampling, noiseKey }
  })
}

/** As an audit measures them: the projections of the rows that the engine committed to, drawn by a beacon that it did not know. */
function distancesOf({ hidden: rows, tokenIds }: Generation, own: Float32Array, name: string, k: number): number[] | null {
  if (rows === undefined) return null
  const beacon = createHash('sha256').update(`assay/calibration/1/beacon/${name}`).digest('hex')
  const opening = drawOpening(`0x${beacon}`, beacon, { hidden: rows.hidden, k, fullRows: 0, rows: tokenIds.length })
  const { projections } = answerOpening(rows, commitRows(rows), opening)
  return [...fingerprintDistances(projections, own, rows.hidden, opening)]
}
