import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { EngineLoad } from '../shared/engine/engine-port.ts'
import type { RowShelf } from './openings/create-row-shelf.ts'
import type { Activity } from './status/activity.ts'

const prefix = 'assay_miner_'

/** Figures that are read when somebody asks for them. */
export interface MinerFigures {
  readonly activity: Activity
  waiting(): number
  running(): number
  kv(): Pick<EngineLoad, 'kvBytes' | 'kvLimitBytes'>
  capacity(): number
  heldIds(): number
  sessions(): number
  readonly shelf: Pick<RowShelf, 'bytes' | 'answers' | 'given' | 'crowdedOut'>
  ageSeconds(): number
  block(): number
  admitted(): number
  registered(): boolean
}

/** The miner's figures, all of them read from it when somebody asks; labels come from our own table of error codes alone, since everybody may read this. */
export function createMinerMetrics(figures: MinerFigures) {
  const { activity } = figures
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
  gauge('requests_running', 'Requests that the engine works on', figures.running)
  gauge('batch_size', 'Sequences in the engine', activity.batch)
  gauge('kv_bytes', 'Memory of keys and values in use', () => figures.kv().kvBytes)
  gauge('kv_limit_bytes', 'Memory that keys and values may take', () => figures.kv().kvLimitBytes)
  gauge('capacity_tokens_per_second', 'Work per second that budgets are made of', figures.capacity)
  gauge('request_ids_held', 'Request ids kept against replays', figures.heldIds)
  gauge('sessions_open', 'Sessions with callers that last', figures.sessions)
  gauge('opening_bytes', 'Memory of the rows kept for openings', figures.shelf.bytes)
  gauge('opening_answers', 'Answers whose rows are kept for openings', figures.shelf.answers)
  gauge('metagraph_age_seconds', 'Time since the metagraph was read', figures.ageSeconds)
  gauge('metagraph_block', 'Block of the last metagraph read', figures.block)
  gauge('admitted_callers', 'Hotkeys that may call this miner', figures.admitted)
  gauge('registered', '1 while the hotkey is registered', () => Number(figures.registered()))

  const counter = (name: string, help: string) => new Counter({ name: `${prefix}${name}`, help, registers })
  const total = (name: string, help: string, read: () => number) =>
    new Counter({
      name: `${prefix}${name}`,
      help,
      registers,
      collect() {
        this.reset()
        this.inc(read())
      },
    })
  total('prompt_tokens_total', 'Prompt tokens that the engine read', () => activity.tokens().prompt)
  total('completion_tokens_total', 'Output tokens that the engine made', () => activity.tokens().completion)
  total('engine_busy_seconds_total', 'Time with at least one sequence in the engine', () => activity.totals().busyMs / 1_000)
  total('batch_seconds_total', 'Time that sequences were in the engine, of all together', () => activity.totals().batchMs / 1_000)
  total('openings_total', 'Openings given to validators', figures.shelf.given)
  total('openings_crowded_out_total', 'Answers whose rows went before their time, for lack of memory', figures.shelf.crowdedOut)
  new Counter({
    name: `${prefix}refusals_total`,
    help: 'Requests not answered, by code',
    labelNames: ['code'],
    registers,
    collect() {
      this.reset()
      for (const [code, count] of activity.refusals()) this.inc({ code }, count)
    },
  })

  const histogram = (name: string, help: string, buckets: number[]) => new Histogram({ name: `${prefix}${name}`, help, buckets, registers })
  const times = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100]
  const firstToken = histogram('ttft_seconds', 'Time from the headers of a request to its first token', [0.001, 0.003, ...times])
  const perToken = histogram(
    'tpot_seconds',
    'Time between two tokens, the mean over one answer',
    [0.000_3, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1],
  )
  const whole = histogram('answer_seconds', 'Time from the headers of a request to its last token', times)
  activity.tell({
    firstToken: seconds => firstToken.observe(seconds),
    perToken: seconds => perToken.observe(seconds),
    whole: seconds => whole.observe(seconds),
  })
  return {
    registry,
    answers: counter('answers_total', 'Answers given with a receipt'),
    metagraphFailures: counter('metagraph_failures_total', 'Reads of the metagraph that failed'),
  }
}
