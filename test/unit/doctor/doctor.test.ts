import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { renderDoctor } from '../../../shared/doctor/command.ts'
import { compareHost } from '../../../shared/doctor/compare-host.ts'
import type { HostReport } from '../../../shared/doctor/host-report.ts'
import { parsePlainYaml } from '../../../shared/doctor/parse-plain-yaml.ts'
import { parseGpus, readHost } from '../../../shared/doctor/read-host.ts'
import { tryUpstreams } from '../../../shared/doctor/try-upstreams.ts'

const sample = new URL('../../../config/min_compute.yml', import.meta.url)
const host: HostReport = {
  ...{ cores: 8, speedGhz: 3, architecture: 'x86_64', memoryBytes: 16 * 2 ** 30, swapBytes: null, diskFreeBytes: 100e9 },
  gpus: [{ name: 'NVIDIA L4', memoryBytes: 24 * 2 ** 30, computeCapability: 8.9 }],
}
const states = (spec: string, of: HostReport = host) =>
  Object.fromEntries(compareHost(parsePlainYaml(spec, 'spec.yml'), 'miner', of).map(({ what, state }) => [what, state]))
const spec = (body: string) => `compute_spec:\n  miner:\n${body.replace(/^/gm, '    ')}\n`

describe('the reader of min_compute.yml', () => {
  it('reads mappings, numbers, truth values, texts and comments', () => {
    const text = '# first\na: 1 # one\nb:\n    c: \'x # y\'\n    d: True\n\n    e:\n      f: -2.5\ng: plain text\nh:\ni: ""\n'
    expect(parsePlainYaml(text, 'f')).toEqual({ a: 1, b: { c: 'x # y', d: true, e: { f: -2.5 } }, g: 'plain text', h: null, i: '' })
  })
  it('reads the bundled file', async () => {
    const parsed = parsePlainYaml(await readFile(sample, 'utf8'), 'min_compute.yml')
    expect(parsed).toMatchObject({ version: '1.0', compute_spec: { miner: { cpu: { min_cores: 2 }, gpu: { required: false } } } })
  })
  it.each([
    ['a list', 'a:\n  - 1\n', 2],
    ['a flow mapping', 'a: {b: 1}\n', 1],
    ['an anchor', 'a: &x 1\n', 1],
    ['a text over several lines', 'a: |\n  b\n', 2],
    ['a key that is there twice', 'a: 1\na: 2\n', 2],
    ['an indentation that fits nothing', 'a:\n    b: 1\n  c: 2\n', 3],
    ['a tab', 'a:\n\tb: 1\n', 2],
  ])('refuses %s, and names the line', (_, text, line) => {
    expect(() => parsePlainYaml(text, 'f')).toThrow(`Line ${line} of f`)
  })
  it('refuses what is too deep or too long, and takes no key for a prototype', () => {
    expect(() => parsePlainYaml(Array.from({ length: 10 }, (_, depth) => `${' '.repeat(depth)}k${depth}:`).join('\n'), 'f')).toThrow(
      'deeper',
    )
    expect(() => parsePlainYaml('#'.repeat(70_000), 'f')).toThrow('characters')
    expect(Object.getPrototypeOf(parsePlainYaml('__proto__: 1\n', 'f'))).toBe(Object.prototype)
  })
})

describe('the comparison of a host with what a subnet demands', () => {
  it('tells a missed minimum from a missed recommendation', () => {
    expect(states(spec('cpu:\n  min_cores: 8\n  recommended_cores: 16\nmemory:\n  min_ram: 32\nstorage:\n  min_space: 50\n'))).toEqual({
      ...{ 'cpu cores': 'low', memory: 'short', 'free disk': 'ok' },
    })
  })
  it('takes 16 GB of memory for 16 GB, though the firmware keeps some of it', () => {
    expect(states(spec('memory:\n  min_ram: 16\n'), { ...host, memoryBytes: 15.6e9 })).toEqual({ memory: 'ok' })
  })
  it('misses a GPU only where one is required', () => {
    const none = { ...host, gpus: [] }
    expect(states(spec('gpu:\n  required: True\n  min_vram: 48\n'), none)).toEqual({ gpu: 'short' })
    expect(states(spec('gpu:\n  required: False\n  min_vram: 48\n'), none)).toEqual({})
    expect(states(spec('gpu:\n  required: True\n  min_vram: 48\n  cuda_compute_capability: 8.0\n'))).toEqual({
      ...{ gpu: 'ok', 'gpu memory': 'short', 'gpu compute capability': 'ok' },
    })
  })
  it('says where it cannot tell', () => {
    expect(states(spec('memory:\n  min_swap: 4\n'))).toEqual({ swap: 'unknown' })
  })
  it('reads what nvidia-smi prints', () => {
    expect(parseGpus('143771, 9.0, NVIDIA H200\n24564, [N/A], NVIDIA, odd\n\n')).toEqual([
      { name: 'NVIDIA H200', memoryBytes: 143771 * 2 ** 20, computeCapability: 9 },
      { name: 'NVIDIA, odd', memoryBytes: 24564 * 2 ** 20, computeCapability: null },
    ])
  })
  it('looks at this host', async () => {
    const here = await readHost('.')
    expect(here.cores).toBeGreaterThan(0)
    expect(here.memoryBytes).toBeGreaterThan(1e8)
    expect(here.diskFreeBytes).toBeGreaterThan(0)
  })
})

describe('the doctor', () => {
  it('names what is short and the one command that installs what is missing', () => {
    const text = renderDoctor(
      [{ what: 'memory', needed: '32 GB', here: '16 GB', state: 'short' }],
      [
        { engine: 'onnx', provider: 'cpu', works: true },
        { engine: 'onnx', provider: 'webgpu', works: false, problem: 'no adapter\nlong trace', install: 'apt-get install -y libvulkan1' },
      ],
    )
    expect(text).toContain('memory: 16 GB where 32 GB is needed')
    expect(text).toContain('onnx webgpu: no adapter\n  install: apt-get install -y libvulkan1')
    expect(text).not.toContain('long trace')
  })
  it('says which upstream server cannot be reached', async () => {
    const [finding] = await tryUpstreams(['http://127.0.0.1:1'])
    expect(finding).toMatchObject({ engine: 'upstream', works: false })
  })
})
