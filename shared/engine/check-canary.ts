import { createHash } from 'node:crypto'
import { AssayError } from '../errors/assay-error.ts'
import type { LoadedModel } from '../models/load-model.ts'
import type { KnownAnswer } from '../models/manifest.ts'
import type { Engine, TopLogit } from './engine-port.ts'

// One machine's own decode and prefill differ by a few 1e-6 in a logit; a broken cache is off by whole units.
const ownMarginBound = 1e-3

/**
 * The reference must reproduce what its manifest says it answers, before it may judge others: prompt ids by template and tokenizer,
 * greedy token ids, the best logits within the tolerance; and its decode must agree with its own prefill. Throws VERIFY_CANARY.
 */
export async function checkCanary(model: LoadedModel, engine: Engine, signal: AbortSignal): Promise<void> {
  const { name, knownAnswers } = model.manifest
  const refuse = (problem: string): never => {
    throw new AssayError('VERIFY_CANARY', { model: name, problem })
  }
  if (engine.manifestDigest !== model.manifestDigest) refuse(`the engine holds the model ${engine.manifestDigest}`)
  if (knownAnswers.length === 0) refuse('its manifest has no known answers')
  for (const [index, known] of knownAnswers.entries()) {
    const problem =
      promptProblem(model, known) ??
      (await answerProblem(engine, known, model.manifest.tolerance, signal)) ??
      (await ownProblem(engine, known, index, signal))
    if (problem !== undefined) refuse(`known answer ${index + 1}: ${problem}`)
  }
}

function promptProblem(model: LoadedModel, { messages, promptTokenIds }: KnownAnswer): string | undefined {
  return differsAt(model.promptIdsOf({ messages }), promptTokenIds, 'chat template and tokenizer make another prompt')
}

async function answerProblem(engine: Engine, known: KnownAnswer, tolerance: number, signal: AbortSignal): Promise<string | undefined> {
  const { promptTokenIds: promptIds, tokenIds, topLogits } = known
  const sampling = { temperature: 0, topK: 0, maxTokens: tokenIds.length }
  const { tokenIds: greedy } = await engine.generate({ promptIds, sampling, noiseKey: new Uint8Array(32) }, signal)
  const different = differsAt(greedy, tokenIds, 'its greedy answer is another one')
  if (different !== undefined) return different
  if (engine.topLogits === undefined) return 'its logits cannot be read'
  const count = Math.max(...topLogits.map(row => row.length))
  const found = await engine.topLogits({ tokenIds: [...promptIds, ...tokenIds], from: promptIds.length, count }, signal)
  for (const [position, row] of topLogits.entries()) {
    const problem = rowProblem(found[position] ?? [], row, tolerance)
    if (problem !== undefined) return `${problem} at answer position ${position}`
  }
  return undefined
}

// Equal logits may change places by rounding, so each known token is looked up, and one that fell out must be at the edge.
function rowProblem(found: readonly TopLogit[], known: readonly TopLogit[], tolerance: number): string | undefined {
  const logits = new Map(found)
  const edge = found.at(-1)?.[1] ?? Number.NaN
  for (const [token, expected] of known) {
    const logit = logits.get(token) ?? edge
    if (!(Math.abs(logit - expected) <= tolerance)) return `the logit of token ${token} is ${logit} instead of ${expected}`
  }
  return undefined
}

async function ownProblem(
  engine: Engine,
  { promptTokenIds: promptIds }: KnownAnswer,
  index: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const noiseKey = new Uint8Array(createHash('sha256').update(`assay/canary/${index}`).digest())
  const request = { promptIds, sampling: { temperature: 1, topK: 0, maxTokens: 64 }, noiseKey }
  const { tokenIds } = await engine.generate(request, signal)
  const { margins } = await engine.score({ ...request, tokenIds }, signal)
  const mean = margins.reduce((sum, margin) => sum + margin, 0) / margins.length
  return mean <= ownMarginBound ? undefined : `its decode and its prefill disagree by a mean margin of ${mean}`
}

function differsAt(found: readonly number[], expected: readonly number[], what: string): string | undefined {
  const length = Math.max(found.length, expected.length)
  for (let index = 0; index < length; index++)
    if (found[index] !== expected[index])
      return `${what}: token ${index} is ${found[index] ?? 'missing'} instead of ${expected[index] ?? 'the end'}`
  return undefined
}
