import type { Worker } from 'node:worker_threads'
import { AssayError } from '../../errors/assay-error.ts'
import type { Tensors } from '../../protocol/tensor-value.ts'
import { raceAbort } from '../../util/race-abort.ts'
import type { TensorEngine } from '../tensor-port.ts'
import { spawnThread } from './start-thread.ts'
import type { FromTensorWorker, ToTensorWorker } from './tensor-messages.ts'

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

const maxCalls = 256

/** Opens any ONNX graph in a thread of its own. Throws ENGINE_START. A run that has begun is not broken off; its caller is let go at once. */
export async function createTensorEngine({ name, graph, provider, threads, log }: TensorEngineOptions): Promise<TensorEngine> {
  const worker = spawnThread(new URL(import.meta.url.endsWith('.ts') ? './tensor-worker.ts' : './tensor-worker.js', import.meta.url))
  const waiting = new Map<number, Waiting>()
  let nextId = 1
  let ended: AssayError | undefined
  try {
    const ready = await opened(
      worker,
      name,
      waiting,
      error => {
        ended = error
      },
      { kind: 'open', model: name, graph, provider, threads },
    )
    if (ready.warning !== undefined) log(ready.warning)
    return {
      provider: ready.provider,
      inputs: ready.inputs,
      outputs: ready.outputs,
      run(inputs, outputs, signal) {
        if (ended !== undefined) return Promise.reject(ended)
        if (waiting.size >= maxCalls) return Promise.reject(new AssayError('ENGINE_BUSY', { model: name, limit: maxCalls }))
        const id = nextId++
        const result = new Promise<Tensors>((resolve, reject) => waiting.set(id, { resolve, reject }))
        // Copies of their own: a view into a larger buffer would be sent with all of that buffer.
        const copies = Object.entries(inputs).map(([key, value]) => [key, { ...value, bytes: Uint8Array.from(value.bytes) }] as const)
        const message: ToTensorWorker = { kind: 'run', id, inputs: Object.fromEntries(copies), outputs }
        worker.postMessage(
          message,
          copies.map(([, { bytes }]) => bytes.buffer),
        )
        return raceAbort(result, signal)
      },
      async close() {
        ended = new AssayError('ENGINE_CLOSED', { model: name })
        for (const call of waiting.values()) call.reject(ended)
        waiting.clear()
        await worker.terminate()
      },
    }
  } catch (error) {
    await worker.terminate()
    throw error
  }
}

type Ready = Extract<FromTensorWorker, { kind: 'ready' }>

function opened(
  worker: Worker,
  model: string,
  waiting: Map<number, Waiting>,
  onEnd: (error: AssayError) => void,
  setup: ToTensorWorker,
): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const end = (problem: string) => {
      const error = new AssayError('ENGINE_CRASHED', { model, problem })
      onEnd(error)
      reject(new AssayError('ENGINE_START', { model, problem }))
      for (const call of waiting.values()) call.reject(error)
      waiting.clear()
    }
    worker.on('error', error => end(error instanceof Error ? error.message : String(error)))
    worker.on('exit', code => end(`its thread ended with code ${code}`))
    worker.on('message', (message: FromTensorWorker) => {
      if (message.kind === 'ready') return resolve(message)
      if (message.kind === 'error' && message.id === 0)
        return reject(new AssayError('ENGINE_START', { model, problem: message.error.message }))
      const call = waiting.get(message.id)
      waiting.delete(message.id)
      if (message.kind === 'result') call?.resolve(message.outputs)
      else call?.reject(new AssayError('ENGINE_RUN', { model, problem: message.error.message }))
    })
    worker.postMessage(setup)
  })
}
