import type { HostReport } from './host-report.ts'
import type { PlainMapping, PlainYaml } from './parse-plain-yaml.ts'

/** One demand of a min_compute.yml and what the host has instead. */
export interface HostFinding {
  readonly what: string
  readonly needed: string
  readonly here: string
  /** `short` misses a minimum, `low` a recommendation; `unknown` cannot be told on this host. */
  readonly state: 'ok' | 'low' | 'short' | 'unknown'
}

const gigabyte = 1e9
// Memory of 16 GB is sold in gibibytes and told less what the firmware keeps.
const tolerance = 0.95

/** Compares the demands on a role with a host. What the file does not demand is not compared. */
export function compareHost(spec: PlainMapping, role: 'miner' | 'validator', host: HostReport): HostFinding[] {
  const at = (path: string): PlainYaml => valueAt(spec, ['compute_spec', role, ...path.split('.')])
  const findings: HostFinding[] = []
  const least = (what: string, unit: string, min: PlainYaml, recommended: PlainYaml, here: number | null) => {
    if (typeof min !== 'number' && typeof recommended !== 'number') return
    const amount = (value: number) => `${value} ${unit}`.trim()
    const needed = [
      ...(typeof min === 'number' ? [amount(min)] : []),
      ...(typeof recommended === 'number' ? [`${amount(recommended)} recommended`] : []),
    ].join(', ')
    if (here === null) return void findings.push({ what, needed, here: 'not known', state: 'unknown' })
    const missing = (value: PlainYaml) => typeof value === 'number' && here < value * tolerance
    const state = missing(min) ? 'short' : missing(recommended) ? 'low' : 'ok'
    findings.push({ what, needed, here: amount(Number(here.toFixed(1))), state })
  }
  const inGb = (bytes: number | null) => (bytes === null ? null : bytes / gigabyte)
  least('cpu cores', '', at('cpu.min_cores'), at('cpu.recommended_cores'), host.cores)
  least('cpu speed', 'GHz', at('cpu.min_speed'), at('cpu.recommended_speed'), host.speedGhz)
  const architecture = at('cpu.architecture')
  if (typeof architecture === 'string')
    findings.push({
      ...{ what: 'cpu architecture', needed: architecture, here: host.architecture },
      state: architecture.split(/[\s,|/]+/).includes(host.architecture) ? 'ok' : 'short',
    })
  least('memory', 'GB', at('memory.min_ram'), at('memory.recommended_ram'), inGb(host.memoryBytes))
  least('swap', 'GB', at('memory.min_swap'), at('memory.recommended_swap'), inGb(host.swapBytes))
  least('free disk', 'GB', at('storage.min_space'), at('storage.recommended_space'), inGb(host.diskFreeBytes))

  const best = [...host.gpus].sort((a, b) => b.memoryBytes - a.memoryBytes)[0]
  if (at('gpu.required') === true)
    findings.push({ what: 'gpu', needed: 'required', here: best?.name ?? 'none', state: best === undefined ? 'short' : 'ok' })
  // Demands on a GPU that may be left out are demands on one that is there.
  if (best !== undefined) {
    least('gpu memory', 'GB', at('gpu.min_vram'), at('gpu.recommended_vram'), inGb(best.memoryBytes))
    const capability = at('gpu.cuda_compute_capability') ?? at('gpu.min_compute_capability')
    least('gpu compute capability', '', capability, at('gpu.recommended_compute_capability'), best.computeCapability)
  }
  return findings
}

function valueAt(value: PlainYaml, path: readonly string[]): PlainYaml {
  const [key, ...rest] = path
  if (key === undefined) return value
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return null
  return valueAt(value[key] ?? null, rest)
}
