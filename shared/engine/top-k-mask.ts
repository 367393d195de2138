/** The tokens that top-k keeps: those above `threshold`, and those equal to it with an id of at most `lastTied`. */
export interface TopKMask {
  readonly threshold: number
  readonly lastTied: number
}

/** Whether the mask keeps a token of this logit. */
export function isKept(mask: TopKMask | undefined, logit: number, token: number): boolean {
  return mask === undefined || logit > mask.threshold || (logit === mask.threshold && token <= mask.lastTied)
}

/** The mask of the `topK` highest logits of a row; among equal logits at the edge the lower ids stay. Undefined where everything stays (0, or at least the row's length). */
export function topKMask(row: Float32Array, topK: number): TopKMask | undefined {
  if (topK <= 0 || topK >= row.length) return undefined
  const threshold = kthLargest(row, topK)
  let above = 0
  for (let token = 0; token < row.length; token++) if (row[token]! > threshold) above++
  let free = topK - above
  let lastTied = -1
  for (let token = 0; free > 0 && token < row.length; token++) {
    if (row[token] !== threshold) continue
    lastTied = token
    free--
  }
  return { threshold, lastTied }
}

// A heap of the k largest so far, the smallest on top: no copy of the row, and for a small k nearly one comparison a token.
function kthLargest(row: Float32Array, k: number): number {
  const heap = row.slice(0, k).sort()
  for (let token = k; token < row.length; token++) {
    const logit = row[token]!
    if (!(logit > heap[0]!)) continue
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= k) break
      if (child + 1 < k && heap[child + 1]! < heap[child]!) child++
      if (heap[child]! >= logit) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = logit
  }
  return heap[0]!
}
