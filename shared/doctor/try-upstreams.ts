import { openUpstreamHttp } from '../engine/upstream/upstream-http.ts'
import { parseUpstreamModels } from '../engine/upstream/upstream-shapes.ts'
import type { EngineFinding } from './try-engines.ts'

const limitMs = 5_000

/** Asks each upstream server for its models. */
export async function tryUpstreams(urls: readonly string[]): Promise<EngineFinding[]> {
  const http = openUpstreamHttp({ apiKey: undefined, connectMs: limitMs, firstByteMs: limitMs, idleMs: limitMs })
  try {
    return await Promise.all(
      urls.map(async (url): Promise<EngineFinding> => {
        const found = { engine: 'upstream', provider: url }
        try {
          const { data } = parseUpstreamModels(await http.json(url, '/v1/models', null, AbortSignal.timeout(limitMs)))
          return { ...found, works: data.length > 0, problem: `it serves ${data.map(({ id }) => id).join(', ') || 'nothing'}` }
        } catch (error) {
          return { ...found, works: false, problem: error instanceof Error ? error.message : String(error) }
        }
      }),
    )
  } finally {
    await http.close()
  }
}
