import { formatBytes } from '../../shared/observe/create-progress.ts'
import { countOf } from '../../shared/util/count-of.ts'
import { formatAmount } from '../../shared/util/format-amount.ts'
import type { MinerStatus } from './miner-status.ts'
import { sparkline } from './sparkline.ts'

/** A cell: what is read, and a picture of the same for those who see. */
export interface StatusCell {
  readonly text: string
  readonly picture?: string
}

/** One table of a status, for a terminal and for the page alike; its first column names the row. */
export interface StatusTable {
  readonly title: string
  readonly header: readonly string[]
  readonly rows: ReadonlyArray<readonly StatusCell[]>
}

/** A status in words and figures for people. */
export function describeStatus(status: MinerStatus): StatusTable[] {
  const callers = status.callers.map(({ caller, uid, share, used, answers, promptTokens, completionTokens }) =>
    texts(
      caller,
      uid === null ? '-' : String(uid),
      share === null ? '-' : percent(share),
      percent(used),
      ...[answers, promptTokens, completionTokens].map(String),
    ),
  )
  const refusals = Object.entries(status.refusals).sort(([, a], [, b]) => b - a)
  return [
    { title: 'This miner', header: ['Figure', 'Value'], rows: figures(status) },
    {
      title: 'Callers',
      header: ['Caller', 'uid', 'share', 'used', 'answers', 'prompt tokens', 'output tokens'],
      rows: callers.length === 0 ? [texts('none yet', '', '', '', '', '', '')] : callers,
    },
    {
      title: 'Refusals',
      header: ['Reason', 'requests'],
      rows: refusals.length === 0 ? [texts('none', '0')] : refusals.map(([code, count]) => texts(code, String(count))),
    },
    {
      title: 'Models',
      header: ['Model', 'manifest', 'runs on', 'state', 'requests'],
      rows: status.models.map(({ name, manifestDigest, provider, loaded, running }) =>
        texts(name, manifestDigest.slice(0, 8), provider, loaded ? 'loaded' : 'unloaded', String(running)),
      ),
    },
  ]
}

function figures(status: MinerStatus): StatusCell[][] {
  const { tokens, batch, queue, times, utilisation, kv } = status
  const row = (name: string, text: string, picture?: string): StatusCell[] => [
    { text: name },
    { text, ...(picture !== undefined && picture.trim() !== '' && { picture }) },
  ]
  const peak = (values: readonly number[]) => rounded(Math.max(0, ...values))
  return [
    row(
      'State',
      status.registered ? `serving subnet ${status.netuid}` : `not registered on subnet ${status.netuid}: nothing can be earned`,
    ),
    row('Hotkey', status.hotkey),
    row('Earnings', earnings(status)),
    row(
      'Output tokens/s',
      `${rounded(tokens.last10)} (10 s), ${rounded(tokens.last60)} (60 s), peak ${peak(tokens.series)}, capacity ${rounded(tokens.capacity)}`,
      sparkline(tokens.series),
    ),
    row(
      'Batch',
      `${batch.now} now, ${rounded(batch.last60)} on average (60 s), peak ${peak(batch.series)}, of ${queue.places}`,
      sparkline(batch.series),
    ),
    row('Queue', `${queue.waiting} waiting of ${queue.limit}, ${queue.running} running`),
    row('Utilisation', `${percent(utilisation.last60)} (60 s), ${percent(utilisation.sinceStart)} since the start`),
    row('Time to first token', span(times.firstToken)),
    row('Time per output token', span(times.perToken)),
    row('Time to whole answer', span(times.whole)),
    row('KV memory', kv.limitBytes === 0 ? 'not told by the engine' : `${formatBytes(kv.bytes)} of ${formatBytes(kv.limitBytes)}`),
    row('Tokens so far', `${tokens.prompt} prompt, ${tokens.completion} output`),
    row('Sessions', String(status.sessions)),
    row('Metagraph', `block ${status.block}, ${Math.round(status.metagraphAgeSeconds)} s old`),
    row('Program', `assay ${status.program}, up for ${duration(status.uptimeSeconds)}`),
  ]
}

function earnings({ earnings: found }: MinerStatus): string {
  if (found === null) return 'none'
  const { uid, incentive, emissionRao, tempo, place, earning } = found
  const rank =
    place === null ? `without incentive, as ${earning} others have` : `incentive ${incentive} of 65535, place ${place} of ${earning}`
  return `uid ${uid}, ${rank}, ${formatAmount(BigInt(emissionRao), 6)} alpha in the last epoch of ${tempo} blocks`
}

function span(times: MinerStatus['times']['whole']): string {
  return times === null
    ? 'no answer yet'
    : `p50 ${rounded(times.p50Ms)} ms, p99 ${rounded(times.p99Ms)} ms, last ${countOf(times.count, 'answer')}`
}

function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  if (hours >= 24) return `${Math.floor(hours / 24)} d ${hours % 24} h`
  if (hours > 0) return `${hours} h ${minutes % 60} min`
  return minutes > 0 ? `${minutes} min` : `${Math.floor(seconds)} s`
}

function rounded(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)))
}

function percent(part: number): string {
  return `${rounded(100 * part)} %`
}

function texts(...cells: readonly string[]): StatusCell[] {
  return cells.map(text => ({ text }))
}
