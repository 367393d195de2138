import { execFile } from 'node:child_process'
import { readFile, statfs } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { promisify } from 'node:util'
import type { Gpu, HostReport } from './host-report.ts'

const commandMs = 5_000

/** Looks at this host; `folder` is on the disk that counts. What cannot be told is null, never an error. */
export async function readHost(folder: string): Promise<HostReport> {
  const processors = cpus()
  const speed = Math.max(0, ...processors.map(({ speed }) => speed))
  const disk = await statfs(folder).catch(() => null)
  return {
    cores: processors.length,
    speedGhz: speed > 0 ? speed / 1_000 : null,
    architecture: process.arch === 'x64' ? 'x86_64' : process.arch === 'arm64' ? 'aarch64' : process.arch,
    memoryBytes: totalmem(),
    swapBytes: await readSwap(),
    diskFreeBytes: disk === null ? null : disk.bavail * disk.bsize,
    gpus: await readGpus(),
  }
}

async function readSwap(): Promise<number | null> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '')
  const kib = /^SwapTotal:\s+(\d+) kB$/m.exec(text)?.[1]
  return kib === undefined ? null : Number(kib) * 1_024
}

async function readGpus(): Promise<Gpu[]> {
  const query = ['--query-gpu=memory.total,compute_cap,name', '--format=csv,noheader,nounits']
  const told = await promisify(execFile)('nvidia-smi', query, { timeout: commandMs, maxBuffer: 65_536 }).catch(() => null)
  return told === null ? [] : parseGpus(told.stdout)
}

/** The lines of nvidia-smi: mebibytes, compute capability, name. */
export function parseGpus(text: string): Gpu[] {
  return text.split('\n').flatMap(line => {
    const [, mib = '', capability = '', name = ''] = /^\s*(\d+)\s*,\s*([^,]*?)\s*,\s*(.+?)\s*$/.exec(line) ?? []
    if (name === '') return []
    return [
      {
        name,
        memoryBytes: Number(mib) * 2 ** 20,
        computeCapability: Number.isFinite(Number.parseFloat(capability)) ? Number.parseFloat(capability) : null,
      },
    ]
  })
}
