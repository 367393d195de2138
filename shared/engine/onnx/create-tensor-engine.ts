import { AssayError } from '../../errors/assay-error.ts'
import type { Tensors } from '../../protocol/tensor-value.ts'
import { raceAbort } from '../../util/race-abort.ts'
import type { TensorEngine } from '../tensor-port.ts'
import { startProcess } from './start-process.ts'
import type { FromTensorWorker, ToTensorWorker } from './tensor-messages.ts'
import type { WorkerLine } from './worker-line.ts'

export interface TensorEngineOptions {
  /** What it is called in messages. */
  readonly name: string
  /** Path of the graph. */
  readonly graph: string
  readonly provider: string
  readonly threads: number
  readonly log: (warning: string) => void
}

interface Waiting {
  readonly resolve: (outputs: Tensors) => void
  readonly reject: (error: unknown) => void
}

type TensorLine = WorkerLine<ToTensorWorker, FromTensorWorker>
type Ready = Extract<FromTensorWorker, { kind: 'ready' }>

interface Opened {
  readonly line: TensorLine
  readonly ready: Ready
  readonly waiting: Map<number, Waiting>
  /** Why its process is no more. */
  ended: AssayError | undefined
}

const maxCalls = 256
/** A graph that takes its process down so many times in a row stays closed. */
const maxCrashes = 5

/**
 * Opens any ONNX graph in a process of its own, started again for the next call where a run took it down; after five crashes in a row
 * it stays closed. Throws ENGINE_START. A run that has begun is not broken off; its caller is let go at once.
 */
export async function createTensorEngine(options: TensorEngineOptions): Promise<TensorEngine> {
  const { name, log } = options
  let opened = await openWorker(options)
  if (opened.ready.warning !== undefined) log(opened.ready.warning)
  let reopening: Promise<Opened> | undefined
  let closed = false
  let crashes = 0
  let nextId = 1
  const living = async (): Promise<Opened> => {
    if (closed) throw new AssayError('ENGINE_CLOSED', { model: name })
    if (opened.ended === undefined) return opened
    if (crashes >= maxCrashes) throw opened.ended
    crashes += 1
    reopening ??= openWorker(options).finally(() => {
      reopening = undefined
    })
    opened = await reopening
    return opened
  }
  return {
    provider: opened.ready.provider,
    inputs: opened.ready.inputs,
    outputs: opened.ready.outputs,
    async run(inputs, outputs, signal) {
      const { line, waiting } = await living()
      if (waiting.size >= maxCalls) throw new AssayError('ENGINE_BUSY', { model: name, limit: maxCalls })
      const id = nextId++
      const result = new Promise<Tensors>((resolve, reject) => waiting.set(id, { resolve, reject }))
      line.post({ kind: 'run', id, inputs, outputs })
      const answer = await raceAbort(result, signal)
      crashes = 0
      return answer
    },
    async close() {
      closed = true
      await reopening?.catch(() => undefined)
      for (const call of opened.waiting.values()) call.reject(new AssayError('ENGINE_CLOSED', { model: name }))
      opened.waiting.clear()
      opened.line.kill()
      await opened.line.ended
    },
  }
}

function openWorker({ name: model, graph, provider, threads }: TensorEngineOptions): Promise<Opened> {
  const url = new URL(import.meta.url.endsWith('.ts') ? './tensor-worker.ts' : './tensor-worker.js', import.meta.url)
  const line = startProcess<ToTensorWorker, FromTensorWorker>(url)
  const waiting = new Map<number, Waiting>()
  return new Promise((resolve, reject) => {
    let opened: Opened | undefined
    line.onEnd(problem => {
      const error = new AssayError('ENGINE_CRASHED', { model, problem })
      if (opened !== undefined) opened.ended = error
      reject(new AssayError('ENGINE_START', { model, problem }))
      for (const call of waiting.values()) call.reject(error)
      waiting.clear()
    })
    line.onMessage(message => {
      if (message.kind === 'ready') {
        opened = { line, ready: message, waiting, ended: undefined }
        return resolve(opened)
      }
      if (message.kind === 'error' && message.id === 0) {
        line.kill()
        return reject(new AssayError('ENGINE_START', { model, problem: message.error.message }))
      }
      const call = waiting.get(message.id)
      waiting.delete(message.id)
      if (message.kind === 'result') call?.resolve(message.outputs)
      else call?.reject(new AssayError('ENGINE_RUN', { model, problem: message.error.message }))
    })
    line.post({ kind: 'open', model, graph, provider, threads })
  })
}
