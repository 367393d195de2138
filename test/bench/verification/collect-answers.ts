import type { Engine, GeneratedToken, GenerateRequest, Generation } from '../../../shared/engine/engine-port.ts'
import { isAssayError } from '../../../shared/errors/assay-error.ts'
import type { LoadedModel } from '../../../shared/models/load-model.ts'
import { joinRows } from '../../../shared/proof/fingerprint/hidden-rows.ts'
import type { AnswerSample } from './answer-sample.ts'
import { measureAnswer } from './measure-answer.ts'

const never = new AbortController().signal

export interface CollectOptions {
  readonly model: LoadedModel
  readonly engine: Engine
  /** Scores each answer with one prefill. */
  readonly reference: Engine
  readonly requests: readonly GenerateRequest[]
  /** Requests under way at once. */
  readonly batch: number
}

/** The answers of an engine, in the order of the requests, each measured against the reference. An answer without a token is left out. */
export async function collectAnswers({ model, engine, reference, requests, batch }: CollectOptions): Promise<AnswerSample[]> {
  const samples: (AnswerSample | undefined)[] = requests.map(() => undefined)
  let next = 0
  const work = async () => {
    while (next < requests.length) {
      const index = next++
      const request = requests[index]
      if (request === undefined) return
      const answer = await generate(engine, request)
      if (answer.tokenIds.length === 0) continue
      const score = await reference.score({ ...request, tokenIds: answer.tokenIds, wantHidden: answer.hidden !== undefined }, never)
      samples[index] = measureAnswer(model, request, answer, score)
    }
  }
  await Promise.all(Array.from({ length: Math.min(batch, requests.length) }, work))
  return samples.filter(sample => sample !== undefined)
}

/** The engine's answer; where it breaks off after it streamed tokens, those. */
async function generate(engine: Engine, request: GenerateRequest): Promise<Generation> {
  const wantHidden = engine.hiddenSize !== undefined
  const streamed: GeneratedToken[] = []
  try {
    const answer = await engine.generate({ ...request, wantHidden }, never, tokens => streamed.push(...tokens))
    return answer.hidden === undefined ? { ...answer, ...hiddenOf(streamed) } : answer
  } catch (error) {
    if (streamed.length === 0 || !isAssayError(error, 'ENGINE_BUSY')) throw error
    // Cut off by the miner: its partial receipts stand for the answer, which was asked for at this length as far as anyone can say.
    return {
      tokenIds: streamed.map(({ tokenId }) => tokenId),
      logProbs: Float32Array.from(streamed, ({ logProb }) => logProb),
      finishReason: 'length',
      ...hiddenOf(streamed),
    }
  }
}

function hiddenOf(tokens: readonly GeneratedToken[]): Pick<Generation, 'hidden'> {
  const rows = tokens.flatMap(({ hidden }) => (hidden === undefined ? [] : [hidden]))
  return rows.length > 0 && rows.length === tokens.length ? { hidden: joinRows(rows) } : {}
}
