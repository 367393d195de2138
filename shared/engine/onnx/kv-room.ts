import type { CacheForm } from './graph-form.ts'

/** What a call may come to need. */
export interface KvNeed {
  /** Tokens that it has place for. */
  readonly places: number
  /** Whether it keeps its keys and values to itself instead of in a batch. */
  readonly alone: boolean
}

export interface KvRoomOptions {
  readonly form: CacheForm
  /** Bytes of keys and values of one token. */
  readonly bytesPerToken: number
  readonly limitBytes: number
  /** Answers that decode together at most. */
  readonly batch: number
}

export interface KvRoom {
  /** Bytes that all of them may come to need at once. */
  bytesOf(needs: readonly KvNeed[]): number
  /** Whether a call may start beside those that run; `never` where not even alone. */
  verdictOn(need: KvNeed, running: readonly KvNeed[]): 'now' | 'later' | 'never'
  /** Bytes that a call of this need could get at most. */
  mostFor(need: KvNeed): number
}

const smallest = 256
const step = 4

/**
 * The size class of an answer: 256, 1024, 4096, ... tokens. Answers decode with those of their class alone, since in a batch all rows are as
 * long as the longest: a long one would make every short one as dear as itself.
 */
export function sizeClassOf(places: number): number {
  let size = smallest
  while (size < places) size *= step
  return size
}

/**
 * Accounts for keys and values. A quarter of the limit, but no more than a whole batch of the smallest class can use, is kept for that
 * class: whoever asks for the longest answers takes no place from those who ask for short ones.
 */
export function createKvRoom({ form, bytesPerToken, limitBytes, batch }: KvRoomOptions): KvRoom {
  const reserved = Math.min(limitBytes / 4, batch * smallest * bytesPerToken)
  const isSmall = ({ places }: KvNeed) => places <= smallest
  const bytesOf = (needs: readonly KvNeed[]) => {
    let slots = 0
    const classes = new Map<number, { rows: number; longest: number }>()
    for (const { places, alone } of needs) {
      // A graph whose present is its next past pads nothing.
      if (alone || form === 'grown') slots += places
      else {
        const size = sizeClassOf(places)
        const { rows = 0, longest = 0 } = classes.get(size) ?? {}
        classes.set(size, { rows: rows + 1, longest: Math.max(longest, places) })
      }
    }
    for (const { rows, longest } of classes.values()) slots += rows * longest
    return slots * bytesPerToken
  }
  const allows = (needs: readonly KvNeed[]) =>
    bytesOf(needs) <= limitBytes && bytesOf(needs.filter(need => !isSmall(need))) <= limitBytes - reserved
  return {
    bytesOf,
    verdictOn(need, running) {
      if (!allows([need])) return 'never'
      return allows([...running, need]) ? 'now' : 'later'
    },
    mostFor: need => Math.floor(isSmall(need) ? limitBytes : limitBytes - reserved),
  }
}
