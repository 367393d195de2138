import type { Generation } from '../../../shared/engine/engine-port.ts'

/** Pieces of one answer put behind each other; it ends as the last one does. At least one piece. */
export function joinGenerations(pieces: readonly [Generation, ...Generation[]]): Generation {
  const hidden = pieces.flatMap(piece => piece.hidden ?? [])
  const top = pieces.flatMap(piece => piece.top ?? [])
  const tokenIds = pieces.flatMap(piece => piece.tokenIds)
  return {
    tokenIds,
    logProbs: Float32Array.from(pieces.flatMap(piece => [...piece.logProbs])),
    finishReason: pieces.at(-1)?.finishReason ?? 'length',
    ...(top.length === tokenIds.length && { top }),
    ...(hidden.length === pieces.length && {
      hidden: { hidden: hidden[0]?.hidden ?? 0, patterns: Uint16Array.from(hidden.flatMap(({ patterns }) => [...patterns])) },
    }),
  }
}
