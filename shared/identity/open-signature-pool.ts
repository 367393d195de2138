import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import { AssayError } from '../errors/assay-error.ts'

export interface SignaturePoolOptions {
  /** Threads that check, 1 or 2: each takes a core while there is work. */
  readonly threads: number
  /** Checks that may wait. */
  readonly limit?: number
  /** A thread that has not answered for so long is replaced. */
  readonly deadlineMs?: number
}

/** Checks sr25519 signatures beside the event loop. */
export interface SignaturePool {
  /** As verifySr25519. Throws MINER_BUSY where too many checks wait, MINER_INTERNAL where the thread was lost or the pool is closed. */
  verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): Promise<boolean>
  /** Checks under way or waiting. */
  waiting(): number
  close(): Promise<void>
}

interface Job {
  readonly resolve: (holds: boolean) => void
  readonly reject: (error: unknown) => void
  readonly startedAtMs: number
}

interface Lane {
  worker: Worker
  /** Under way, in the order in which they were sent: a thread answers in that order. */
  readonly jobs: Job[]
}

// Given as text, because a thread has no loader for TypeScript. The zero key is the curve's neutral element: anyone can sign for it.
// Answers go back a few at a time where more is waiting: waking the other side costs as much as a tenth of a check.
const workerSource = `
const { parentPort, receiveMessageOnPort, workerData } = require('node:worker_threads')
const { sr25519Verify, waitReady } = require(workerData.wasm)
const holds = packed => {
  try {
    const publicKey = packed.subarray(64, 96)
    return publicKey.some(byte => byte !== 0) && sr25519Verify(packed.subarray(0, 64), packed.subarray(96), publicKey)
  } catch {
    return false
  }
}
const alive = setInterval(() => {}, 1000)
waitReady().then(() => {
  parentPort.on('message', first => {
    const answers = [holds(first)]
    while (answers.length < 4) {
      const next = receiveMessageOnPort(parentPort)
      if (next === undefined) break
      answers.push(holds(next.message))
    }
    parentPort.postMessage(answers)
  })
  clearInterval(alive)
})
`

/** Starts the threads; they load while the first checks wait. */
export function openSignaturePool({ threads, limit = 1_024, deadlineMs = 5_000 }: SignaturePoolOptions): SignaturePool {
  const wasm = createRequire(import.meta.url).resolve('@polkadot/wasm-crypto')
  let closed = false
  const lanes: Lane[] = []
  const laneOf = (worker: Worker) => lanes.find(each => each.worker === worker)
  const start = () => {
    const worker = new Worker(workerSource, { eval: true, workerData: { wasm }, execArgv: [], stdin: false })
    worker.unref()
    worker.on('message', (answers: readonly boolean[]) => {
      const jobs = laneOf(worker)?.jobs
      for (const holds of answers) jobs?.shift()?.resolve(holds)
    })
    worker.on('error', cause => replace(worker, cause))
    worker.on('exit', () => replace(worker, new Error('the thread ended')))
    return worker
  }
  const replace = (worker: Worker, cause: unknown) => {
    const lane = laneOf(worker)
    if (lane === undefined || closed) return
    lane.worker = start()
    for (const job of lane.jobs.splice(0)) job.reject(new AssayError('MINER_INTERNAL', {}, { cause }))
  }
  for (let index = 0; index < threads; index++) lanes.push({ worker: start(), jobs: [] })
  const watch = setInterval(() => {
    const late = performance.now() - deadlineMs
    for (const { worker, jobs } of lanes) {
      if ((jobs[0]?.startedAtMs ?? Number.POSITIVE_INFINITY) > late) continue
      replace(worker, new Error('the thread did not answer'))
      void worker.terminate()
    }
  }, deadlineMs / 5)
  watch.unref()

  const waiting = () => lanes.reduce((sum, { jobs }) => sum + jobs.length, 0)
  return {
    waiting,
    async verify(signature, message, publicKey) {
      if (signature.length !== 64 || publicKey.length !== 32) return false
      if (waiting() >= limit) throw new AssayError('MINER_BUSY', { limit, retryAfterMs: 1_000 })
      const lane = lanes.reduce((least, each) => (each.jobs.length < least.jobs.length ? each : least))
      if (closed) throw new AssayError('MINER_INTERNAL', {}, { cause: new Error('the pool of threads is closed') })
      const packed = new Uint8Array(96 + message.length)
      packed.set(signature)
      packed.set(publicKey, 64)
      packed.set(message, 96)
      return await new Promise<boolean>((resolve, reject) => {
        lane.jobs.push({ resolve, reject, startedAtMs: performance.now() })
        lane.worker.postMessage(packed, [packed.buffer])
      })
    },
    async close() {
      closed = true
      clearInterval(watch)
      for (const { jobs } of lanes) for (const job of jobs.splice(0)) job.reject(new AssayError('MINER_STOPPING'))
      await Promise.all(lanes.map(({ worker }) => worker.terminate()))
    },
  }
}
