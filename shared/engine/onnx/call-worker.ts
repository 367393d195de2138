import type { Worker } from 'node:worker_threads'
import { AssayError } from '../../errors/assay-error.ts'
import { type ErrorCode, errorTable } from '../../errors/error-table.ts'
import { onAbort } from '../../util/on-abort.ts'
import type { CallName, FromWorker, SentError, ToWorker, WorkerCalls } from './worker-messages.ts'

/** The calling side of an engine's thread. */
export interface WorkerClient {
  /** Resolves when the thread has its graph; rejects with ENGINE_START or the graph's own error. */
  readonly ready: Promise<{ provider: string; warning?: string }>
  /** One call; rejects with the signal's reason as soon as it aborts, with ENGINE_BUSY over the bound, with ENGINE_CRASHED where the thread died. */
  call<K extends CallName>(kind: K, request: WorkerCalls[K]['request'], signal: AbortSignal): Promise<WorkerCalls[K]['result']>
  close(): Promise<void>
}

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

const closeDeadlineMs = 5_000

/** Speaks with a thread that serves worker-messages.ts; at most `maxCalls` calls wait at a time. */
export function callWorker(worker: Worker, model: string, maxCalls: number): WorkerClient {
  const waiting = new Map<number, Waiting>()
  let nextId = 1
  let ended: (() => AssayError) | undefined
  const exited = new Promise<void>(resolve => worker.once('exit', () => resolve()))

  const ready = new Promise<{ provider: string; warning?: string }>((resolve, reject) => {
    const end = (problem: string) => {
      ended ??= () => new AssayError('ENGINE_CRASHED', { model, problem })
      reject(new AssayError('ENGINE_START', { model, problem }))
      for (const call of waiting.values()) call.reject(ended())
      waiting.clear()
    }
    worker.on('error', error => end(error instanceof Error ? error.message : String(error)))
    worker.on('exit', code => end(`its thread ended with code ${code}`))
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'ready') return resolve(message)
      if (message.kind === 'failed') return reject(receivedError(message.error, 'ENGINE_START', model))
      const call = waiting.get(message.id)
      waiting.delete(message.id)
      if (message.kind === 'result') call?.resolve(message.result)
      else call?.reject(receivedError(message.error, 'ENGINE_RUN', model))
    })
  })
  // Who closes before it is ready need not wait for it.
  ready.catch(() => undefined)

  const post = (message: ToWorker) => worker.postMessage(message)
  return {
    ready,
    call: (kind, request, signal) => {
      if (signal.aborted) return Promise.reject(signal.reason)
      if (ended !== undefined) return Promise.reject(ended())
      if (waiting.size >= maxCalls) return Promise.reject(new AssayError('ENGINE_BUSY', { model, limit: maxCalls }))
      const id = nextId++
      return new Promise((resolve, reject) => {
        const forget = onAbort(signal, () => {
          waiting.delete(id)
          if (ended === undefined) post({ kind: 'abort', id })
          reject(signal.reason)
        })
        const settle =
          <T>(settled: (value: T) => void) =>
          (value: T) => {
            forget()
            settled(value)
          }
        waiting.set(id, { resolve: settle(value => resolve(value as never)), reject: settle(reject) })
        post({ kind, id, request } as ToWorker)
      })
    },
    close: async () => {
      ended = () => new AssayError('ENGINE_CLOSED', { model })
      for (const call of waiting.values()) call.reject(ended())
      waiting.clear()
      post({ kind: 'close' })
      // A step that hangs in native code does not see the message.
      const deadline = setTimeout(() => void worker.terminate(), closeDeadlineMs)
      await exited
      clearTimeout(deadline)
    },
  }
}

function receivedError({ code, details, message }: SentError, otherwise: ErrorCode, model: string): AssayError {
  const known = code !== undefined && code in errorTable ? (code as ErrorCode) : undefined
  return known === undefined ? new AssayError(otherwise, { model, problem: message }) : new AssayError(known, details)
}
