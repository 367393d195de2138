import type { Generation } from '../../../shared/engine/engine-port.ts'

/** The first `length` tokens of an answer with all that belongs to them, ended by its length; the answer itself where it is no longer. */
export function cutGeneration(answer: Generation, length: number): Generation {
  if (answer.tokenIds.length <= length) return answer
  const { hidden, top } = answer
  return {
    tokenIds: answer.tokenIds.slice(0, length),
    logProbs: answer.logProbs.slice(0, length),
    finishReason: 'length',
    ...(top && { top: top.slice(0, length) }),
    ...(hidden && { hidden: { hidden: hidden.hidden, patterns: hidden.patterns.slice(0, length * hidden.hidden) } }),
  }
}
