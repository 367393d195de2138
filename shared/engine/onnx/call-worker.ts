import { AssayError } from '../../errors/assay-error.ts'
import { onAbort } from '../../util/on-abort.ts'
import type { EngineLoad, GeneratedToken } from '../engine-port.ts'
import { receivedError } from './sent-error.ts'
import { stepTokens } from './step-tokens.ts'
import type { WorkerLine } from './worker-line.ts'
import type { CallName, FromWorker, StepMessage, ToWorker, WorkerBase, WorkerCalls } from './worker-messages.ts'

/** The calling side of an engine's worker. */
export interface WorkerClient {
  /** Resolves when the worker has its graph; rejects with ENGINE_START or the graph's own error. */
  readonly ready: Promise<{ provider: string; warning?: string; hasHidden?: boolean }>
  /** One call; rejects with the signal's reason as soon as it aborts, with ENGINE_BUSY over the bound, with ENGINE_CRASHED where the worker died. */
  call<K extends CallName>(
    kind: K,
    request: WorkerCalls[K]['request'],
    signal: AbortSignal,
    onTokens?: (tokens: readonly GeneratedToken[]) => void,
  ): Promise<WorkerCalls[K]['result']>
  load(): EngineLoad
  close(): Promise<void>
}

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
  readonly onTokens: ((tokens: readonly GeneratedToken[]) => void) | undefined
}

const closeDeadlineMs = 5_000

/** Speaks with a worker that serves worker-messages.ts; at most `maxCalls` calls wait at a time. */
export function callWorker(line: WorkerLine, setup: WorkerBase, maxCalls: number): WorkerClient {
  const { model } = setup
  const waiting = new Map<number, Waiting>()
  let nextId = 1
  let ended: (() => AssayError) | undefined
  let load: EngineLoad = { running: 0, waiting: 0, kvBytes: 0, kvLimitBytes: setup.kvLimitBytes }
  const endAll = (why: () => AssayError) => {
    ended ??= why
    for (const call of waiting.values()) call.reject(ended())
    waiting.clear()
  }

  const ready = new Promise<{ provider: string; warning?: string; hasHidden?: boolean }>((resolve, reject) => {
    line.onEnd(problem => {
      reject(new AssayError('ENGINE_START', { model, problem }))
      endAll(() => new AssayError('ENGINE_CRASHED', { model, problem }))
    })
    line.onMessage((message: FromWorker) => {
      if (message.kind === 'step') return hear(message)
      if (message.kind === 'ready') return resolve(message)
      reject(receivedError(message.error, 'ENGINE_START', model))
      line.kill()
    })
  })
  // Who closes before it is ready need not wait for it.
  ready.catch(() => undefined)
  line.post({ kind: 'setup', setup })

  const hear = (message: StepMessage) => {
    load = message.load
    for (const [id, tokens] of stepTokens(message)) waiting.get(id)?.onTokens?.(tokens)
    for (const call of message.ended) {
      const waits = waiting.get(call.id)
      waiting.delete(call.id)
      if ('result' in call) waits?.resolve(call.result)
      else waits?.reject(receivedError(call.error, 'ENGINE_RUN', model))
    }
  }
  const post = (message: ToWorker<WorkerBase>) => line.post(message)
  return {
    ready,
    load: () => load,
    call: (kind, request, signal, onTokens) => {
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
        waiting.set(id, { resolve: settle(value => resolve(value as never)), reject: settle(reject), onTokens })
        post({ kind, id, request, stream: onTokens !== undefined } as ToWorker<WorkerBase>)
      })
    },
    close: async () => {
      ended = () => new AssayError('ENGINE_CLOSED', { model })
      endAll(ended)
      post({ kind: 'close' })
      // A step that hangs in native code does not see the message.
      const deadline = setTimeout(() => line.kill(), closeDeadlineMs)
      await line.ended
      clearTimeout(deadline)
    },
  }
}
