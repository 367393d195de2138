import type { Engine } from '../../shared/engine/engine-port.ts'
import { type HiddenRows, toHiddenRows } from '../../shared/proof/fingerprint/hidden-rows.ts'

/** Numbers in a row of the toy models. */
export const toyHidden = 24

/** Rows [tokens, toyHidden] of an answer, as a model would see them: they follow from the tokens and a salt, which stands for the model. */
export function toyRows(tokenIds: readonly number[], salt = 1): Float32Array {
  let state = salt
  return Float32Array.from({ length: tokenIds.length * toyHidden }, (_, at) => {
    state = (Math.imul(state ^ (tokenIds[Math.floor(at / toyHidden)] ?? 0), 0x45d9f3b) + at) >>> 0
    state = (state ^ (state >>> 15)) >>> 0
    return (state / 2 ** 32) * 4 - 2
  })
}

/** An engine that also shows the rows of its answers. */
export function withToyRows(engine: Engine, salt = 1): Engine {
  const rows = (ids: readonly number[]): HiddenRows => toHiddenRows(toyRows(ids, salt), toyHidden)
  return {
    ...engine,
    hiddenSize: toyHidden,
    generate: async (request, signal, onTokens) => {
      const answer = await engine.generate(request, signal, onTokens)
      return request.wantHidden === true ? { ...answer, hidden: rows(answer.tokenIds) } : answer
    },
  }
}
