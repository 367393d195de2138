import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { AssayError } from '../errors/assay-error.ts'
import { addOptions, givenFlags } from '../settings/add-options.ts'
import { loadSettings } from '../settings/load-settings.ts'
import { defineOptions } from '../settings/option.ts'
import { formatTable } from '../util/format-table.ts'
import { compareHost, type HostFinding } from './compare-host.ts'
import { parsePlainYaml } from './parse-plain-yaml.ts'
import { readHost } from './read-host.ts'
import { type EngineFinding, tryEngines } from './try-engines.ts'
import { tryUpstreams } from './try-upstreams.ts'

/** The settings of `assay doctor`. */
export const doctorOptions = defineOptions({
  minCompute: { type: 'string', unit: 'file', description: "the subnet's min_compute.yml; by default the one for the bundled model" },
  role: { type: 'string', default: 'miner', choices: ['miner', 'validator'], description: 'whose demands this host is compared with' },
  folder: { type: 'string', default: '.', description: 'a folder on the disk that will be used' },
  upstreamUrls: { type: 'list', unit: 'URLs', description: 'upstream servers to ask, separated by commas' },
  engines: { type: 'boolean', default: true, description: 'try every engine on every provider' },
  json: { type: 'boolean', default: false, description: 'print JSON' },
})

/** Adds `assay doctor`: what of this host is short, which engines run on which providers, and the one command that installs what is missing. Exits with 1 where a minimum is missed. */
export function registerDoctorCommand(program: Command): void {
  const command = program.command('doctor').description('try the engines of this host and compare it with what a subnet demands')
  addOptions(command, doctorOptions).action(async () => {
    const file = command.opts<{ config?: string }>().config
    const settings = loadSettings(doctorOptions, { flags: givenFlags(command, doctorOptions), env: process.env, file })
    const minCompute = settings.minCompute ?? bundled('config/min_compute.yml')
    const spec = parsePlainYaml(await readSpec(minCompute), minCompute)
    const host = compareHost(spec, settings.role === 'validator' ? 'validator' : 'miner', await readHost(settings.folder))
    const engines = settings.engines ? await tryEngines(bundled('config/models/assay-tiny')) : []
    engines.push(...(await tryUpstreams(settings.upstreamUrls ?? [])))
    const text = settings.json ? JSON.stringify({ minCompute, host, engines }, null, 2) : renderDoctor(host, engines)
    command.configureOutput().writeOut?.(`${text}\n`)
    if (host.some(({ state }) => state === 'short')) process.exitCode = 1
  })
}

/** Both tables, then what to do, one line each. */
export function renderDoctor(host: readonly HostFinding[], engines: readonly EngineFinding[]): string {
  const lines = [
    formatTable(
      ['host', 'needed', 'here', ''],
      host.map(({ what, needed, here, state }) => [what, needed, here, state]),
    ),
  ]
  if (engines.length > 0) {
    const rows = engines.map(({ engine, provider, works }) => [engine, provider, works ? 'works' : 'does not work'])
    lines.push('', formatTable(['engine', 'provider', ''], rows))
  }
  const advice = engines.flatMap(({ engine, provider, works, problem, install }) => {
    if (works) return problem === undefined ? [] : [`${engine} ${provider}: ${problem}`]
    return [`${engine} ${provider}: ${short(problem ?? '')}${install === undefined ? '' : `\n  install: ${install}`}`]
  })
  if (advice.length > 0) lines.push('', ...advice)
  const missed = host.filter(({ state }) => state === 'short').map(({ what, needed, here }) => `${what}: ${here} where ${needed} is needed`)
  lines.push('', missed.length === 0 ? 'This host has what is needed.' : `This host is short of:\n  ${missed.join('\n  ')}`)
  return lines.join('\n')
}

function short(text: string): string {
  const [first = ''] = text.split('\n')
  return first.length > 240 ? `${first.slice(0, 240)}...` : first
}

async function readSpec(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new AssayError('DOCTOR_FILE', { file, problem: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
}

function bundled(path: string): string {
  const here = import.meta.url
  return fileURLToPath(new URL(here.endsWith('.ts') ? `../../${path}` : `../../../${path}`, here))
}
