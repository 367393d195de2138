import { itemPrefixLength, type StateView } from './state-view.ts'

type Bucket = Map<string, Uint8Array | null>

/** Changes over another view: null is a removal. A dispatch that fails drops its overlay, one that succeeds merges it. */
export class Overlay implements StateView {
  private readonly base: StateView
  // By storage item, so that listing one map does not walk what all others changed in the block.
  private readonly buckets = new Map<string, Bucket>()

  constructor(base: StateView) {
    this.base = base
  }

  get(key: string): Uint8Array | undefined {
    const own = this.buckets.get(key.slice(0, itemPrefixLength))?.get(key)
    return own === undefined ? this.base.get(key) : (own ?? undefined)
  }

  set(key: string, value: Uint8Array | null): void {
    const item = key.slice(0, itemPrefixLength)
    const bucket = this.buckets.get(item)
    if (bucket === undefined) this.buckets.set(item, new Map([[key, value]]))
    else bucket.set(key, value)
  }

  keys(prefix: string): string[] {
    const changes = this.changesBelow(prefix)
    const base = this.base.keys(prefix)
    if (changes.length === 0) return base
    const keys = new Set(base)
    for (const [key, value] of changes) {
      if (value === null) keys.delete(key)
      else keys.add(key)
    }
    return [...keys].sort()
  }

  /** Applies these changes to another overlay. */
  mergeInto(target: Overlay): void {
    for (const bucket of this.buckets.values()) for (const [key, value] of bucket) target.set(key, value)
  }

  /** Every change, in the order of the keys. */
  changes(): [string, Uint8Array | null][] {
    return [...this.buckets.values()].flatMap(bucket => [...bucket]).sort(([a], [b]) => (a < b ? -1 : 1))
  }

  private changesBelow(prefix: string): [string, Uint8Array | null][] {
    if (prefix.length >= itemPrefixLength) {
      const bucket = this.buckets.get(prefix.slice(0, itemPrefixLength))
      return bucket === undefined ? [] : [...bucket].filter(([key]) => key.startsWith(prefix))
    }
    return [...this.buckets].flatMap(([item, bucket]) => (item.startsWith(prefix) ? [...bucket] : []))
  }
}
