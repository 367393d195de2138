import type { Engine } from '../../../shared/engine/engine-port.ts'
import type { LoadedModel } from '../../../shared/models/load-model.ts'
import type { AnswerSample } from './answer-sample.ts'
import { collectAnswers } from './collect-answers.ts'
import { drawRequests } from './draw-requests.ts'
import type { SampleStore } from './sample-store.ts'
import type { Source } from './source.ts'

export interface Collector {
  readonly model: LoadedModel
  readonly reference: Engine
  readonly store: SampleStore
}

/** Answers between two writes of the store. */
const pieceAnswers = 500

/** The first `count` answers of a source. Some cheats begin honestly, so a few answers are asked for before and dropped. */
export async function collectSource({ model, reference, store }: Collector, source: Source, count: number): Promise<AnswerSample[]> {
  let opened: Engine | undefined
  const collect = async (from: number, size: number, label: string) => {
    opened ??= await source.open()
    const requests = drawRequests(model, `${label}${source.name}`, from, size)
    return collectAnswers({ model, engine: opened, reference, requests, batch: source.batch })
  }
  try {
    const samples: AnswerSample[] = []
    for (let from = 0; from < count; from += pieceAnswers) {
      const size = Math.min(pieceAnswers, count - from)
      const piece = await store.fetch(source.name, from, size, async () => {
        if (opened === undefined) await collect(0, source.batch, 'before ')
        return collect(from, size, '')
      })
      samples.push(...piece)
    }
    return samples
  } finally {
    await opened?.close()
  }
}
