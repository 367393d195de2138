import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { isAssayError } from '../../errors/assay-error.ts'
import { createDecoder, type Decoder } from './create-decoder.ts'
import { openSession } from './open-session.ts'
import { type CallSteps, startCall } from './start-call.ts'
import type { FromWorker, SentError, ToWorker, WorkerSetup } from './worker-messages.ts'

// The thread of one engine: ONNX Runtime blocks the thread that calls it, so it must not be the program's own.
if (parentPort !== null) await serve(parentPort, workerData as WorkerSetup)

async function serve(port: MessagePort, setup: WorkerSetup): Promise<void> {
  const send = (message: FromWorker) => port.postMessage(message)
  let decoder: Decoder
  try {
    const { session, ...opened } = await openSession(setup.graph, setup.provider, setup.threads)
    decoder = createDecoder(session, setup)
    send({ kind: 'ready', ...opened })
  } catch (error) {
    send({ kind: 'failed', error: sentError(error) })
    port.close()
    return
  }
  const model = { vocab: setup.vocab, context: setup.context, eosIds: new Set(setup.eosIds) }
  const calls: { readonly id: number; readonly step: CallSteps }[] = []
  let working = false
  let closed = false

  // One step of each call in turn, so that a long answer does not keep a short one waiting.
  const work = async () => {
    working = true
    for (let turn = 0; calls.length > 0 && !closed; turn++) {
      const call = calls[turn % Math.min(calls.length, setup.maxActive)]
      if (call === undefined) continue
      try {
        const result = await call.step()
        if (result === undefined || !calls.includes(call)) continue
        send({ kind: 'result', id: call.id, result })
      } catch (error) {
        send({ kind: 'error', id: call.id, error: sentError(error) })
      }
      remove(call.id)
    }
    working = false
  }
  const remove = (id: number) => {
    const at = calls.findIndex(call => call.id === id)
    if (at >= 0) calls.splice(at, 1)
  }
  port.on('message', (message: ToWorker) => {
    if (message.kind === 'close') {
      closed = true
      port.close()
      return
    }
    if (message.kind === 'abort') return remove(message.id)
    try {
      calls.push({ id: message.id, step: startCall(message, decoder, model) })
      if (!working) void work()
    } catch (error) {
      send({ kind: 'error', id: message.id, error: sentError(error) })
    }
  })
}

function sentError(error: unknown): SentError {
  if (isAssayError(error)) return { code: error.code, details: error.details, message: error.message }
  return { message: error instanceof Error ? error.message : String(error) }
}
