import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

const prefix = 'assay_miner_'

/** Figures that are read when somebody asks for them. */
export interface MinerFigures {
  waiting(): number
  capacity(): number
  heldIds(): number
  sessions(): number
  ageSeconds(): number
  block(): number
  admitted(): number
  registered(): boolean
}

/** The miner's figures; refusals are counted by error code, and codes come from our own table alone. */
export function createMinerMetrics(figures: MinerFigures) {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry, prefix })
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name: `${prefix}${name}`,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  gauge('queue_waiting', 'Requests that wait for the engine', figures.waiting)
  gauge('capacity_tokens_per_second', 'Work per second that budgets are made of', figures.capacity)
  gauge('request_ids_held', 'Request ids kept against replays', figures.heldIds)
  gauge('sessions_open', 'Sessions with callers that last', figures.sessions)
  gauge('metagraph_age_seconds', 'Time since the metagraph was read', figures.ageSeconds)
  gauge('metagraph_block', 'Block of the last metagraph read', figures.block)
  gauge('admitted_callers', 'Hotkeys that may call this miner', figures.admitted)
  gauge('registered', '1 while the hotkey is registered', () => Number(figures.registered()))

  const counter = (name: string, help: string) => new Counter({ name: `${prefix}${name}`, help, registers })
  const answers = counter('answers_total', 'Answers given with a receipt')
  const promptTokens = counter('prompt_tokens_total', 'Prompt tokens of answers given')
  const outputTokens = counter('output_tokens_total', 'Output tokens of answers given')
  const answerSeconds = new Histogram({
    name: `${prefix}answer_seconds`,
    help: 'Time from the headers of a request to its answer',
    buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100],
    registers,
  })
  return {
    registry,
    refusals: new Counter({ name: `${prefix}refusals_total`, help: 'Requests not answered, by code', labelNames: ['code'], registers }),
    metagraphFailures: counter('metagraph_failures_total', 'Reads of the metagraph that failed'),
    countAnswer(usage: { prompt_tokens: number; completion_tokens: number }, seconds: number): void {
      answers.inc()
      promptTokens.inc(usage.prompt_tokens)
      outputTokens.inc(usage.completion_tokens)
      answerSeconds.observe(seconds)
    },
  }
}
