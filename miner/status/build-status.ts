import type { Metagraph } from '../../shared/chain/chain-port.ts'
import type { EngineLoad } from '../../shared/engine/engine-port.ts'
import type { Callers } from '../admission/callers.ts'
import type { Activity } from './activity.ts'
import type { MinerStatus } from './miner-status.ts'
import type { Quantiles } from './recent-values.ts'

/** All that a status is made of. */
export interface StatusSources {
  readonly program: string
  readonly hotkey: string
  readonly netuid: number
  readonly activity: Activity
  readonly metagraph: () => Metagraph | null
  readonly callers: () => Callers
  readonly ageSeconds: () => number
  readonly models: () => MinerStatus['models']
  readonly load: () => Pick<EngineLoad, 'kvBytes' | 'kvLimitBytes'>
  readonly capacity: () => number
  readonly queue: { waiting(): number; running(): number }
  readonly places: number
  readonly queueLimit: number
  readonly sessions: () => number
  readonly uptimeSeconds: () => number
}

/** What the miner says of itself now. */
export function buildStatus(sources: StatusSources): MinerStatus {
  const { activity, hotkey, netuid, program, queue } = sources
  const metagraph = sources.metagraph()
  const earnings = metagraph === null ? null : earningsOf(metagraph, hotkey)
  const seconds = activity.seconds()
  const tokens = seconds.map(second => second.tokens)
  const batch = seconds.map(second => second.batch)
  const uptimeSeconds = sources.uptimeSeconds()
  const { firstToken, perToken, whole } = activity.times()
  const { kvBytes, kvLimitBytes } = sources.load()
  return {
    version: 'assay/miner-status/1',
    ...{ program, uptimeSeconds, hotkey, netuid, registered: earnings !== null, block: metagraph?.block ?? 0 },
    ...{ metagraphAgeSeconds: sources.ageSeconds(), earnings, models: sources.models() },
    queue: { running: queue.running(), places: sources.places, waiting: queue.waiting(), limit: sources.queueLimit },
    tokens: {
      ...{ last10: mean(tokens.slice(-10)), last60: mean(tokens), series: tokens },
      ...activity.tokens(),
      capacity: sources.capacity(),
    },
    batch: { now: activity.batch(), last60: mean(batch), series: batch },
    utilisation: {
      last60: mean(seconds.map(({ busy }) => busy)),
      sinceStart: uptimeSeconds > 0 ? Math.min(1, activity.totals().busyMs / 1_000 / uptimeSeconds) : 0,
    },
    times: { firstToken: inMs(firstToken), perToken: inMs(perToken), whole: inMs(whole) },
    kv: { bytes: kvBytes, limitBytes: kvLimitBytes },
    sessions: sources.sessions(),
    refusals: Object.fromEntries(activity.refusals()),
    callers: listCallers(activity, sources.callers(), metagraph),
  }
}

function earningsOf({ neurons, tempo }: Metagraph, hotkey: string): MinerStatus['earnings'] {
  const own = neurons.find(neuron => neuron.hotkey === hotkey)
  if (own === undefined) return null
  const { uid, incentive, emissionRao } = own
  const earning = neurons.filter(neuron => neuron.incentive > 0).length
  const place = incentive === 0 ? null : 1 + neurons.filter(neuron => neuron.incentive > incentive).length
  return { uid, incentive, emissionRao: String(emissionRao), tempo, place, earning }
}

/** Everyone who got something, and every validator that may ask; who got most first. */
function listCallers(activity: Activity, callers: Callers, metagraph: Metagraph | null): MinerStatus['callers'] {
  const uids = new Map(metagraph?.neurons.map(({ hotkey, uid }) => [hotkey as string, uid]))
  const none = { answers: 0, promptTokens: 0, completionTokens: 0 }
  const counts = new Map([...callers].flatMap(([hotkey, caller]) => ('share' in caller ? [[hotkey, none] as const] : [])))
  for (const [caller, got] of activity.callers()) counts.set(caller, got)
  const { prompt, completion } = activity.tokens()
  return [...counts]
    .map(([caller, got]) => {
      const known = callers.get(caller)
      const used = (got.promptTokens + got.completionTokens) / Math.max(1, prompt + completion)
      return { caller, uid: uids.get(caller) ?? null, share: known !== undefined && 'share' in known ? known.share : null, used, ...got }
    })
    .sort((a, b) => b.used - a.used || (b.share ?? 0) - (a.share ?? 0))
    .slice(0, 1_000)
}

function inMs(values: Quantiles | null): MinerStatus['times']['whole'] {
  return values === null ? null : { count: values.count, p50Ms: values.p50 * 1_000, p99Ms: values.p99 * 1_000 }
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
