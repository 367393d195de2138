import { fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { WorkerLine } from './worker-line.ts'
import type { FromWorker, ToWorker, WorkerBase } from './worker-messages.ts'

/** What a runtime and its drivers may need to know of the machine; everything else in the environment may be a secret. */
const handedDown =
  /^(PATH|HOME|TMPDIR|TEMP|TMP|SYSTEMROOT|LANG|LC_ALL|LD_LIBRARY_PATH|DYLD_LIBRARY_PATH|XDG_(CACHE_HOME|RUNTIME_DIR)|(CUDA|CUDNN|NVIDIA|ORT|OMP|VK|DAWN|MESA)_\w+)$/
const keptOutput = 2_000

/** Starts a module as a process of its own: compiled code as it is, TypeScript source through tsx. It ends when this process does. */
export function startProcess<Sent extends object = ToWorker<WorkerBase>, Heard = FromWorker>(url: URL): WorkerLine<Sent, Heard> {
  // Node's own flags are not handed down: some of them, such as --inspect or --input-type, would stop it at once.
  const execArgv = url.pathname.endsWith('.ts') ? ['--import', loaderUrl()] : []
  const child = fork(fileURLToPath(url), [], {
    execArgv,
    serialization: 'advanced',
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => handedDown.test(name))),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  // Native libraries write what they like; the end of it tells why a process died, and no more is kept.
  let output = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-keptOutput)
  })
  let failed: string | undefined
  child.on('error', error => {
    failed ??= error.message
  })
  const ended = new Promise<void>(resolve => {
    child.once('close', () => resolve())
    // A program that could not be started never closes.
    child.once('error', () => child.pid === undefined && resolve())
  })
  return {
    post: message => {
      if (child.connected) child.send(message, () => {})
    },
    onMessage: hear => child.on('message', message => hear(message as Parameters<typeof hear>[0])),
    onEnd: hear =>
      void ended.then(() => {
        const way = child.signalCode === null ? `code ${child.exitCode}` : `signal ${child.signalCode}`
        const last = lastLine(output)
        hear(failed ?? `its process ended with ${way}${last === undefined ? '' : ` after: ${last}`}`)
      }),
    ended,
    kill: () => void child.kill('SIGKILL'),
  }
}

// Resolved from here, because the program may run in any folder.
function loaderUrl(): string {
  return pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm')).href
}

function lastLine(text: string): string | undefined {
  const line = text.trimEnd().split('\n').at(-1)?.trim()
  return line === undefined || line === '' ? undefined : line.slice(0, 300)
}
