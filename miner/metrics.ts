import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

const prefix = 'assay_miner_'

export interface MinerFigures {
  readonly waiting: () => number
  readonly capacity: () => number
  readonly heldIds: () => number
  readonly metagraphAgeSeconds: () => number
}

/** The miner's figures; `refusals` counts by error code, and codes come from our own table alone. */
export function createMinerMetrics({ waiting, capacity, heldIds, metagraphAgeSeconds }: MinerFigures) {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix })
  const registers = [registry]
  const gauge = (name: string, help: string, read?: () => number) =>
    new Gauge({
      name: `${prefix}${name}`,
      help,
      registers,
      ...(read && {
        collect() {
          this.set(read())
        },
      }),
    })
  const counter = (name: string, help: string) => new Counter({ name: `${prefix}${name}`, help, registers })
  gauge('queue_waiting', 'Requests that wait for the engine', waiting)
  gauge('capacity_tokens_per_second', 'Work per second that budgets are made of', capacity)
  gauge('request_ids_held', 'Request ids kept against replays', heldIds)
  gauge('metagraph_age_seconds', 'Time since the metagraph was read', metagraphAgeSeconds)
  return {
    registry,
    answers: counter('answers_total', 'Answers given with a receipt'),
    promptTokens: counter('prompt_tokens_total', 'Prompt tokens of answers given'),
    outputTokens: counter('output_tokens_total', 'Output tokens of answers given'),
    refusals: new Counter({ name: `${prefix}refusals_total`, help: 'Requests not answered, by code', labelNames: ['code'], registers }),
    answerSeconds: new Histogram({
      name: `${prefix}answer_seconds`,
      help: 'Time from the headers of a request to its answer',
      buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100],
      registers,
    }),
    metagraphFailures: counter('metagraph_failures_total', 'Reads of the metagraph that failed'),
    block: gauge('metagraph_block', 'Block of the last metagraph read'),
    registered: gauge('registered', '1 while the hotkey is registered'),
    callers: gauge('admitted_callers', 'Hotkeys that may call this miner'),
  }
}

export type MinerMetrics = ReturnType<typeof createMinerMetrics>
