import { createHmac } from 'node:crypto'

const perBlock = 4

/** HMAC-SHA256 of labelled parts under a seed; parts are kept apart by a character that none of them holds. */
export function hmacOf(seed: Uint8Array, ...parts: readonly (string | number)[]): Buffer {
  return createHmac('sha256', seed).update(parts.join('\n')).digest()
}

/** An endless stream of uniform numbers in [0, 1) that depends on the seed and the label alone. */
export function uniformDraws(seed: Uint8Array, ...label: readonly (string | number)[]): () => number {
  let block: Buffer = Buffer.alloc(0)
  let drawn = 0
  return () => {
    const place = drawn % perBlock
    if (place === 0) block = hmacOf(seed, ...label, drawn / perBlock)
    drawn += 1
    // 48 bits fill a double's fraction without rounding up to 1.
    return block.readUIntBE(place * 8, 6) / 2 ** 48
  }
}

/**
 * Numbers in [0, 1) that fill the interval evenly from a random start, by steps of an irrational number: kinds of requests that are
 * paid differently come in their shares even among a few requests, so that luck moves scores less.
 */
export function spacedDraws(start: number, step: number): () => number {
  let next = start
  return () => {
    const value = next
    next = (next + step) % 1
    return value
  }
}
