import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'

/** Starts a module as a thread: compiled code as it is, TypeScript source through tsx. */
export function spawnWorker(url: URL, workerData: unknown): Worker {
  // Node's own flags are not handed down: some of them, such as --input-type, end a thread at once.
  if (!url.pathname.endsWith('.ts')) return new Worker(url, { workerData, execArgv: [] })
  // A thread does not take its parent's loader over, so a first module registers one and then imports the source.
  // It is resolved from here, because the program may run in any folder; the resolver of CommonJS names the package's twin.
  const twin = createRequire(import.meta.url).resolve('tsx/esm/api')
  const loader = pathToFileURL(twin.replace(/\.cjs$/, '.mjs')).href
  const start = `import { register } from ${JSON.stringify(loader)}; register(); await import(${JSON.stringify(url.href)})`
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(start)}`), { workerData, execArgv: [] })
}
