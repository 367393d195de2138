import { readdirSync, readFileSync } from 'node:fs'

/** Ticks of the kernel's clock in a second: 100 on every Linux that Node supports. */
const ticksPerSecond = 100

/** Seconds of CPU that a process and its children have used, to a hundredth; reads /proc, so Linux only. */
export function cpuOfTree(pid: number): number {
  const stats = new Map(
    readdirSync('/proc')
      .map(Number)
      .filter(id => id > 0)
      .map(id => [id, readStat(id)] as const),
  )
  const ticksOf = (id: number): number => {
    const own = stats.get(id)
    if (own === undefined) return 0
    const children = [...stats].filter(([, stat]) => stat?.parent === id)
    return own.ticks + children.reduce((sum, [child]) => sum + ticksOf(child), 0)
  }
  return ticksOf(pid) / ticksPerSecond
}

function readStat(pid: number): { readonly parent: number; readonly ticks: number } | undefined {
  try {
    // The name stands in parentheses and may hold anything; the fields after it do not.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number)
    return { parent: fields[1] ?? 0, ticks: (fields[11] ?? 0) + (fields[12] ?? 0) }
  } catch {
    // It ended meanwhile.
    return undefined
  }
}
