import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { WorkerLine } from './worker-line.ts'

/** Starts a module as a thread: compiled code as it is, TypeScript source through tsx. */
export function startThread(url: URL): WorkerLine {
  return threadLine(spawnThread(url))
}

/** The line to a thread. */
export function threadLine(worker: Worker): WorkerLine {
  let problem: string | undefined
  worker.on('error', error => {
    problem = error instanceof Error ? error.message : String(error)
  })
  return {
    post: message => worker.postMessage(message),
    onMessage: hear => worker.on('message', hear),
    onEnd: hear => worker.once('exit', code => hear(problem ?? `its thread ended with code ${code}`)),
    ended: new Promise(resolve => worker.once('exit', () => resolve())),
    kill: () => void worker.terminate(),
  }
}

/** Starts a module as a thread that speaks as it likes. */
function spawnThread(url: URL): Worker {
  // Node's own flags are not handed down: some of them, such as --input-type, end a thread at once.
  if (!url.pathname.endsWith('.ts')) return new Worker(url, { execArgv: [] })
  // A thread does not take its parent's loader over, so a first module registers one and then imports the source.
  // It is resolved from here, because the program may run in any folder; the resolver of CommonJS names the package's twin.
  const twin = createRequire(import.meta.url).resolve('tsx/esm/api')
  const loader = pathToFileURL(twin.replace(/\.cjs$/, '.mjs')).href
  const start = `import { register } from ${JSON.stringify(loader)}; register(); await import(${JSON.stringify(url.href)})`
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(start)}`), { execArgv: [] })
}
