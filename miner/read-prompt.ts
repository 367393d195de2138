import { AssayError } from '../shared/errors/assay-error.ts'
import type { LoadedModel, PromptSource } from '../shared/models/load-model.ts'

/** No vocabulary has tokens so long that a text of more characters per token could fit. */
const maxCharactersPerToken = 32

/**
 * The token ids of a request's prompt. Throws ENGINE_CONTEXT where prompt and answer do not fit, ENGINE_TOKEN_ID on an id outside the
 * vocabulary, MODEL_TEMPLATE. `payRefused` gets the tokens of a prompt that was read and does not fit: reading it held up everybody, so
 * it must cost its caller what it costs with those that fit.
 */
export function readPrompt(
  source: PromptSource,
  maxTokens: number,
  model: LoadedModel,
  payRefused: (promptTokens: number) => void = () => {},
): number[] {
  const { contextLength, vocabSize, manifest } = model
  // Asked before the tokenizer runs: a megabyte of text would keep it busy for seconds.
  const rough = Math.ceil(charactersOf(source) / maxCharactersPerToken)
  if (rough > contextLength) throw new AssayError('ENGINE_CONTEXT', { length: rough, limit: contextLength, model: manifest.name })
  const promptIds = model.promptIdsOf(source)
  const length = promptIds.length + maxTokens
  if (promptIds.length === 0 || length > contextLength) {
    payRefused(promptIds.length)
    throw new AssayError('ENGINE_CONTEXT', { length, limit: contextLength, model: manifest.name })
  }
  const stranger = promptIds.find(id => id >= vocabSize)
  if (stranger !== undefined) throw new AssayError('ENGINE_TOKEN_ID', { id: stranger, limit: vocabSize, model: manifest.name })
  return promptIds
}

function charactersOf(source: PromptSource): number {
  if ('messages' in source) return source.messages.reduce((sum, { content }) => sum + content.length, 0)
  return source.prompt.length
}
