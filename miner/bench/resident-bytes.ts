import { readdirSync, readFileSync } from 'node:fs'

/** Memory that a process and its children hold, as Linux tells it; null elsewhere. Pages that they share count for each of them. */
export function residentBytes(pid = process.pid): number | null {
  if (process.platform !== 'linux') return null
  let bytes = 0
  const seen = new Set<string>()
  const waiting = [String(pid)]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    try {
      const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${next}/status`, 'utf8'))?.[1]
      bytes += Number(kilobytes ?? 0) * 1_024
      for (const task of readdirSync(`/proc/${next}/task`))
        waiting.push(...readFileSync(`/proc/${next}/task/${task}/children`, 'utf8').split(' ').filter(Boolean))
    } catch {
      // It ended meanwhile.
    }
  }
  return bytes
}
