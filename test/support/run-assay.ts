import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../bin/assay.js', import.meta.url))

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command to its end, with an empty standard input unless text is given. */
export async function runAssay(
  args: readonly string[],
  options: { readonly env?: Record<string, string>; readonly input?: string } = {},
): Promise<Finished> {
  const child = spawn(process.execPath, [bin, ...args], { env: { ...process.env, ...options.env } })
  child.stdin.end(options.input ?? '')
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', chunk => {
    stdout += chunk
  })
  child.stderr.on('data', chunk => {
    stderr += chunk
  })
  const code = await new Promise<number | null>(resolve => child.once('close', resolve))
  return { code, stdout, stderr }
}

export interface StartedChain {
  readonly url: string
  readonly process: ChildProcess
  stop(): Promise<void>
}

/** Starts `assay chain` as a process of its own and waits for the address that it prints. */
export async function startChainProcess(args: readonly string[]): Promise<StartedChain> {
  const child = spawn(process.execPath, [bin, 'chain', ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = new Promise<void>(resolve => child.once('exit', () => resolve()))
  const url = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.stdout.on('data', chunk => {
      text += chunk
      const found = /wss?:\/\/[\w.:[\]]+\d/.exec(text)
      if (found !== null && text.indexOf('\n', found.index) >= 0) resolve(found[0])
    })
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`assay chain ended with ${code} before it listened:\n${text}`)))
  })
  return {
    url,
    process: child,
    stop: async () => {
      child.kill('SIGTERM')
      await exited
    },
  }
}
