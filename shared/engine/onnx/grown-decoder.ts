import type { Decoder, DecoderBatch, DecoderCache, DecoderLayout, DecoderRows } from './decoder.ts'
import { makeTensor, type OnnxTensor } from './open-session.ts'
import { outputsOf, readRows, tokenFeeds } from './run-decoder.ts'
import { bytesPerToken } from './slot-memory.ts'

interface GrownCache extends DecoderCache {
  length: number
  bytes: number
  tensors: Readonly<Record<string, OnnxTensor>>
}

/** A decoder whose present is its next past: every sequence takes its steps alone, since graphs of unknown build are not known to bear padding. */
export function createGrownDecoder(layout: DecoderLayout): Decoder<GrownCache> {
  const { session, kv, pasts, nexts, vocab } = layout
  const perToken = bytesPerToken(kv)
  const empty = () =>
    makeTensor(kv.half ? 'float16' : 'float32', kv.half ? new Uint16Array(0) : new Float32Array(0), [1, kv.heads, 0, kv.headDim])

  const extend: Decoder<GrownCache>['extend'] = async (cache, ids, wanted) => {
    const outputs = await session.run({ ...tokenFeeds(layout, ids, cache.length, cache.length), ...cache.tensors }, [
      ...outputsOf(layout, wanted),
      ...nexts,
    ])
    cache.tensors = Object.fromEntries(pasts.map((past, index) => [past, outputs[nexts[index] ?? ''] ?? empty()]))
    cache.length += ids.length
    cache.bytes = cache.length * perToken
    return readRows(layout, outputs, wanted, ids.length)
  }
  const openCache = (): GrownCache => ({ length: 0, bytes: 0, tensors: Object.fromEntries(pasts.map(past => [past, empty()])) })
  return {
    form: 'grown',
    bytesPerToken: perToken,
    hasHidden: layout.hidden !== undefined,
    capacityOf: length => length,
    openCache,
    extend,
    // Keys and values that nobody reads need not leave the runtime.
    prefill: async (ids, wanted) => {
      const feeds = { ...tokenFeeds(layout, ids, 0, 0), ...openCache().tensors }
      return readRows(layout, await session.run(feeds, outputsOf(layout, wanted)), wanted, ids.length)
    },
    openBatch: () => openGrownBatch(extend, vocab),
    release: () => session.release(),
  }
}

function openGrownBatch(extend: Decoder<GrownCache>['extend'], vocab: number): DecoderBatch<GrownCache> {
  const caches: GrownCache[] = []
  return {
    get rows() {
      return caches.length
    },
    get bytes() {
      return caches.reduce((sum, cache) => sum + cache.bytes, 0)
    },
    join: cache => caches.push(cache),
    leave(row) {
      const last = caches.pop()
      if (last !== undefined && row < caches.length) caches[row] = last
    },
    async step(tokenIds, withHidden) {
      const logits = new Float32Array(caches.length * vocab)
      const hidden: DecoderRows['hidden'][] = []
      for (const [row, cache] of caches.entries()) {
        const rows = await extend(cache, [tokenIds[row] ?? 0], withHidden ? 'both' : 'logits')
        logits.set(rows.logits, row * vocab)
        hidden.push(rows.hidden)
      }
      return { logits, hidden: Float32Array.from(hidden.flatMap(row => [...row])) }
    },
    trim() {},
  }
}
