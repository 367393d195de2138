/** Where progress is shown: a bar that redraws itself on a terminal, plain lines elsewhere. */
export interface ProgressStream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

export interface Progress {
  /** Shows how much is done of how much, both in bytes or in the progress' own unit; `note` stands behind it. */
  update(done: number, total: number, note?: string): void
  /** Ends the bar; without it what is written next would stand in its line. */
  end(): void
}

export interface ProgressOptions {
  readonly label: string
  /** What is counted, e.g. steps; bytes unless told, and only of bytes a speed is shown. */
  readonly unit?: string
  readonly stream?: ProgressStream
  /** A clock that only goes forward, in milliseconds. */
  readonly nowMs?: () => number
}

const barWidth = 30
const redrawMs = 100
const tenthMs = 500
const lineMs = 5_000

/** Shows the progress of something long: a bar ten times a second, or a line every five seconds and for each tenth, at most two a second. */
export function createProgress({ label, unit, stream = process.stderr, nowMs = () => performance.now() }: ProgressOptions): Progress {
  const startedMs = nowMs()
  let first: number | undefined
  let shownMs = Number.NEGATIVE_INFINITY
  let shownTenth = -1
  let drawn = false
  let finished = false
  return {
    update(done, total, note = '') {
      // What was there before does not count for the speed.
      first ??= done
      const share = total === 0 ? 1 : Math.min(1, done / total)
      const at = nowMs()
      const tenth = Math.floor(share * 10)
      const soonest = stream.isTTY === true ? redrawMs : tenth === shownTenth ? lineMs : tenthMs
      const due = at - shownMs >= soonest || (share === 1 && !finished)
      if (!due) return
      shownMs = at
      shownTenth = tenth
      finished = share === 1
      const rate = ((done - first) * 1_000) / Math.max(1, at - startedMs)
      const left = rate > 0 && share < 1 ? `, ${formatSeconds((total - done) / rate)} left` : ''
      const amounts =
        unit === undefined ? `${formatBytes(done)} of ${formatBytes(total)}, ${formatBytes(rate)}/s` : `${done} of ${total} ${unit}`
      const figures = `${(100 * share).toFixed(0).padStart(3)} % ${amounts}${left}${note === '' ? '' : `, ${note}`}`
      if (stream.isTTY !== true) {
        stream.write(`${label}: ${figures.trimStart()}\n`)
        return
      }
      const filled = Math.round(share * barWidth)
      const line = `${label} [${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}] ${figures}`
      stream.write(`\r${line.slice(0, (stream.columns ?? 120) - 1)}\u001b[K`)
      drawn = true
    },
    end() {
      if (drawn) stream.write('\n')
      drawn = false
    },
  }
}

/** Bytes for people: `12.3 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  for (; value >= 999.5 && unit < units.length - 1; unit++) value /= 1_000
  return `${unit === 0 ? value.toFixed(0) : value.toPrecision(3)} ${units[unit]}`
}

function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`
  return seconds < 3_600 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`
}
