import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('./miner-process.ts', import.meta.url))

export interface MinerProcess {
  readonly child: ChildProcess
  readonly url: string
  readonly apiKey: string
  /** Where it keeps its databases. */
  readonly folder: string
  readonly hotkey: string
  readonly manifestDigest: string
  /** All that it wrote to its standard error: its log. */
  log(): string
  /** Resolves with its exit code, or the signal that ended it. */
  readonly exited: Promise<number | string>
}

/** Starts miner-process.ts and waits until it serves. */
export async function startMinerProcess(options: object): Promise<MinerProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  child.stderr.on('data', piece => {
    log += piece
  })
  const exited = new Promise<number | string>(resolve => child.once('exit', (code, signal) => resolve(code ?? signal ?? '')))
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve)
    void exited.then(code => reject(new Error(`the miner ended with ${code}:\n${log}`)))
  })
  return { child, exited, log: () => log, ...JSON.parse(line) }
}
