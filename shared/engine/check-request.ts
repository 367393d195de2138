import { AssayError } from '../errors/assay-error.ts'
import type { LoadedModel } from '../models/load-model.ts'

/** What a model cannot run is refused before it reaches an engine. */
export interface RequestChecks {
  /** Throws ENGINE_CONTEXT and ENGINE_TOKEN_ID. */
  prompt(ids: readonly number[]): void
  answer(promptIds: readonly number[], tokenIds: readonly number[]): void
  tokens(ids: readonly number[], least: number): void
}

/** The checks of a model's context and vocabulary. */
export function checkRequest({ manifest, contextLength, vocabSize }: LoadedModel): RequestChecks {
  const model = manifest.name
  const assertLength = (length: number, least: number, most: number) => {
    if (length < least || length > most) throw new AssayError('ENGINE_CONTEXT', { length, limit: contextLength, model })
  }
  const assertIds = (ids: readonly number[]) => {
    const id = ids.find(one => !Number.isInteger(one) || one < 0 || one >= vocabSize)
    if (id !== undefined) throw new AssayError('ENGINE_TOKEN_ID', { id, limit: vocabSize, model })
  }
  return {
    prompt(ids) {
      assertLength(ids.length, 1, contextLength - 1)
      assertIds(ids)
    },
    answer(promptIds, tokenIds) {
      assertLength(promptIds.length, 1, contextLength)
      assertLength(promptIds.length + tokenIds.length, 1, contextLength)
      assertIds(promptIds)
      assertIds(tokenIds)
    },
    tokens(ids, least) {
      assertLength(ids.length, least, contextLength)
      assertIds(ids)
    },
  }
}
