import { createHash } from 'node:crypto'
import type { GenerateRequest } from '../../../shared/engine/engine-port.ts'
import type { LoadedModel } from '../../../shared/models/load-model.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { tinyPrompts } from '../../support/tiny-prompts.ts'
import { maxTokens, temperature, topK } from './settings.ts'

/** Requests `from` to `from + count` of a source: the same on every machine, and others than those of every other source. */
export function drawRequests({ promptIdsOf }: LoadedModel, source: string, from: number, count: number): GenerateRequest[] {
  const seed = createHash('sha256').update(source).digest().readUInt32LE(0)
  return tinyPrompts(seed, from + count)
    .slice(from)
    .map((content, place) => {
      const index = from + place
      const random = seededRandom(seed ^ Math.imul(index + 1, 0x9e3779b1))
      return {
        promptIds: promptIdsOf({ messages: [{ role: 'user', content }] }),
        sampling: { temperature, topK, maxTokens: maxTokens.least + Math.floor(random() * (maxTokens.most - maxTokens.least + 1)) },
        noiseKey: new Uint8Array(createHash('sha256').update(`assay/bench/verification/1\n${source}\n${index}`).digest()),
        wantHidden: true,
      }
    })
}
