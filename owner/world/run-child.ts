import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { onAbort } from '../../shared/util/on-abort.ts'

export interface Child {
  readonly name: string
  readonly pid: number
  /** The address in the line `assay <program> ready <address>`. */
  readonly address: string
  /** Resolves when the process is gone. */
  readonly exited: Promise<void>
  stop(): Promise<void>
}

const stopWithinMs = 10_000

/** Starts one program of ours as a process of its own and waits until it says that it is ready; its log goes to a file. */
export async function runChild(
  name: string,
  args: readonly string[],
  logFile: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Child> {
  const child = spawn(process.execPath, [assayBin(), ...args], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  const log = createWriteStream(logFile, { flags: 'a' })
  child.stderr?.pipe(log)
  const exited = new Promise<void>(resolve => child.once('exit', () => resolve()))
  const stop = () => stopChild(child, exited)
  try {
    const address = await readyAddress(child, logFile, name, timeoutMs, signal)
    return { name, pid: child.pid ?? 0, address, exited, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function assayBin(): string {
  // Beside the source, or one folder above dist.
  const here = import.meta.url
  return fileURLToPath(new URL(here.endsWith('.ts') ? '../../bin/assay.js' : '../../../bin/assay.js', here))
}

async function readyAddress(child: ChildProcess, log: string, name: string, timeoutMs: number, signal: AbortSignal): Promise<string> {
  return await new Promise<string>((resolve, reject) => {
    const fail = (problem: string) => {
      clearTimeout(timer)
      forget()
      reject(new AssayError('WORLD_CHILD', { name, problem, log }))
    }
    const timer = setTimeout(() => fail(`not ready within ${timeoutMs} ms`), timeoutMs)
    const forget = onAbort(signal, () => fail('stopped'))
    child.once('error', error => fail(error.message))
    child.once('exit', code => fail(`ended with ${code}`))
    if (child.stdout === null) return fail('has no output')
    createInterface({ input: child.stdout }).on('line', line => {
      const ready = /^assay \w+ ready (\S+)/.exec(line)
      if (ready?.[1] === undefined) return
      clearTimeout(timer)
      forget()
      resolve(ready[1])
    })
  })
}

async function stopChild(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs)
  await exited
  clearTimeout(timer)
}
