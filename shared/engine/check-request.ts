import { AssayError } from '../errors/assay-error.ts'
import type { LoadedModel } from '../models/load-model.ts'
import type { GenerateRequest, ScoreRequest } from './engine-port.ts'

/** What a model cannot run is refused before it reaches an engine. */
export interface RequestChecks {
  /** All throw ENGINE_CONTEXT and ENGINE_TOKEN_ID, and ENGINE_HIDDEN where hidden rows are wanted of an engine that has none. */
  generate(request: GenerateRequest): void
  score(request: ScoreRequest): void
  tokens(ids: readonly number[], least: number): void
}

/** The checks of a model's context and vocabulary, for an engine that gives hidden rows or not. */
export function checkRequest({ manifest, contextLength, vocabSize }: LoadedModel, hasHidden: boolean): RequestChecks {
  const model = manifest.name
  const assertLength = (length: number, least: number, most: number) => {
    if (length < least || length > most) throw new AssayError('ENGINE_CONTEXT', { length, limit: contextLength, model })
  }
  const assertIds = (ids: readonly number[]) => {
    const id = ids.find(one => !Number.isInteger(one) || one < 0 || one >= vocabSize)
    if (id !== undefined) throw new AssayError('ENGINE_TOKEN_ID', { id, limit: vocabSize, model })
  }
  const assertHidden = (wantHidden = false) => {
    if (wantHidden && !hasHidden) throw new AssayError('ENGINE_HIDDEN')
  }
  return {
    generate({ promptIds, wantHidden }) {
      assertHidden(wantHidden)
      assertLength(promptIds.length, 1, contextLength - 1)
      assertIds(promptIds)
    },
    score({ promptIds, tokenIds, wantHidden }) {
      assertHidden(wantHidden)
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
