import { dirname } from 'node:path'
import { type OnnxSession, openSession } from './open-session.ts'
import { openLine } from './open-worker-line.ts'
import { readSignature, runTensors } from './run-tensors.ts'
import { sentError } from './sent-error.ts'
import type { FromTensorWorker, ToTensorWorker } from './tensor-messages.ts'

// The process of one graph: ONNX Runtime blocks the thread that calls it, and a graph may take all memory that there is.
serve()

function serve(): void {
  const line = openLine<ToTensorWorker, FromTensorWorker>()
  const { send } = line
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
  line.onMessage(message => {
    last = last.then(() => answer(message))
  })
}
