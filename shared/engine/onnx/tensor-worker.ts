import { dirname } from 'node:path'
import { type MessagePort, parentPort } from 'node:worker_threads'
import { type OnnxSession, openSession } from './open-session.ts'
import { readSignature, runTensors } from './run-tensors.ts'
import { sentError } from './sent-error.ts'
import type { FromTensorWorker, ToTensorWorker } from './tensor-messages.ts'

// The thread of one graph: ONNX Runtime blocks the thread that calls it, so it must not be the program's own.
if (parentPort !== null) serve(parentPort)

function serve(port: MessagePort): void {
  const send = (message: FromTensorWorker) => port.postMessage(message)
  let session: OnnxSession | undefined
  // One after another: the session is no faster with several runs at once, and each of them takes memory.
  let last: Promise<unknown> = Promise.resolve()
  const answer = async (message: ToTensorWorker) => {
    try {
      if (message.kind === 'open') {
        const { model, graph, threads } = message
        const opened = await openSession(graph, dirname(graph), message.provider, threads)
        session = opened.session
        const signature = {
          inputs: readSignature(session.inputMetadata, model),
          outputs: readSignature(session.outputMetadata, model),
        }
        send({ kind: 'ready', provider: opened.provider, ...signature, ...(opened.warning !== undefined && { warning: opened.warning }) })
      } else if (session !== undefined) {
        send({ kind: 'result', id: message.id, outputs: await runTensors(session, message.inputs, message.outputs) })
      }
    } catch (error) {
      send({ kind: 'error', id: message.kind === 'open' ? 0 : message.id, error: sentError(error) })
    }
  }
  port.on('message', (message: ToTensorWorker) => {
    last = last.then(() => answer(message))
  })
}
