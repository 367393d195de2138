import type { AssayAnswer } from '../../shared/protocol/answer.ts'
import type { ChatLogProbs, CompletionLogProbs } from '../../shared/protocol/choice-log-probs.ts'
import type { StreamChunk } from '../../shared/protocol/stream-chunk.ts'
import type { Usage } from '../../shared/protocol/usage.ts'

export interface ChunkHead {
  readonly kind: 'chat' | 'completion'
  readonly id: string
  readonly created: number
  readonly model: string
  /** Every chunk says that the usage comes later. */
  readonly announcesUsage?: boolean
}

/** Writes the events of one stream, as JSON. */
export interface ChunkBuilder {
  text(index: number, text: string, extra?: ChunkExtra): string
  end(index: number, finishReason: 'stop' | 'length'): string
  usage(usage: Usage): string
  receipt(assay: AssayAnswer): string
}

export interface ChunkExtra {
  readonly assay?: StreamChunk
  readonly logprobs?: ChatLogProbs | CompletionLogProbs
}

/** Makes the builder of a stream's chunks; what they have in common is written once, because a chunk goes out for every token. */
export function createChunkBuilder({ kind, id, created, model, announcesUsage = false }: ChunkHead): ChunkBuilder {
  const object = kind === 'chat' ? 'chat.completion.chunk' : 'text_completion'
  const head = `${JSON.stringify({ id, object, created, model }).slice(0, -1)},"choices":[`
  const noUsage = announcesUsage ? ',"usage":null' : ''
  const begun = new Set<number>()
  const roleOf = (index: number) => {
    if (begun.has(index)) return ''
    begun.add(index)
    return '"role":"assistant",'
  }
  return {
    text(index, text, { assay, logprobs } = {}) {
      const content = JSON.stringify(text)
      const body = kind === 'chat' ? `"delta":{${roleOf(index)}"content":${content}}` : `"text":${content}`
      const stated = assay === undefined ? '' : `,"assay":${JSON.stringify(assay)}`
      const told = logprobs === undefined ? 'null' : JSON.stringify(logprobs)
      return `${head}{"index":${index},${body},"logprobs":${told},"finish_reason":null}]${noUsage}${stated}}`
    },
    end(index, finishReason) {
      const body = kind === 'chat' ? '"delta":{}' : '"text":""'
      return `${head}{"index":${index},${body},"logprobs":null,"finish_reason":"${finishReason}"}]${noUsage}}`
    },
    usage: usage => `${head}],"usage":${JSON.stringify(usage)}}`,
    receipt: assay => `${head}],"assay":${JSON.stringify(assay)}}`,
  }
}
