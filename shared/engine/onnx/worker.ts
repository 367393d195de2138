import { createBatchLoop } from './batch-loop.ts'
import { openDecoder } from './open-decoder.ts'
import { openWorkerLine, type ParentLine } from './open-worker-line.ts'
import { sentError } from './sent-error.ts'
import type { WorkerSetup } from './worker-messages.ts'

/** With this a worker ends that got no memory three times in a row. */
const exhaustedExit = 70
/** Below what anybody sees, and far above a step of a small model, which then need not pay for a message each. */
const gatherMs = 8

// The worker of one engine, a process or a thread: ONNX Runtime blocks the thread that calls it, and may take its process down.

serve(openWorkerLine<WorkerSetup>())

function serve(line: ParentLine<WorkerSetup>): void {
  let loop: ReturnType<typeof createBatchLoop> | undefined
  line.onMessage(message => {
    if (message.kind === 'setup') void open(message.setup)
    else if (message.kind === 'close') {
      loop?.stop()
      line.end(0)
    } else if (message.kind === 'abort') loop?.abort(message.id)
    else loop?.add(message)
  })

  const open = async (setup: WorkerSetup) => {
    try {
      const { decoder, provider, warning } = await openDecoder(setup)
      loop = createBatchLoop({
        decoder,
        model: { name: setup.model, vocab: setup.vocab, context: setup.context, eosIds: new Set(setup.eosIds) },
        ...{ batch: setup.batch, kvLimitBytes: setup.kvLimitBytes },
        send: line.send,
        gatherMs,
        onExhausted: () => line.end(exhaustedExit),
      })
      line.send({ kind: 'ready', provider, ...(warning !== undefined && { warning }), hasHidden: decoder.hasHidden, load: loop.load() })
    } catch (error) {
      line.send({ kind: 'failed', error: sentError(error) })
    }
  }
}
