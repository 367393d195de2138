import { AssayError } from '../../errors/assay-error.ts'
import type { EngineLoad } from '../engine-port.ts'
import { isMemoryError } from '../onnx/is-memory-error.ts'
import { openWorkerLine, type ParentLine } from '../onnx/open-worker-line.ts'
import { sentError } from '../onnx/sent-error.ts'
import { createStepReport } from '../onnx/step-report.ts'
import type { CallMessage, GenerateMessage } from '../onnx/worker-messages.ts'
import { generateAnswer, type LlamaModelShape, readTopLogits, scoreAnswer } from './llama-calls.ts'
import type { LlamaSequence } from './llama-package.ts'
import type { LlamaSetup } from './llama-setup.ts'
import { openLlama } from './open-llama.ts'
import { createSequencePool } from './sequence-pool.ts'

// The worker of one llama.cpp engine, a process of its own: a crash of native code or of a GPU's driver ends it alone.

serve(openWorkerLine<LlamaSetup>())

function serve(line: ParentLine<LlamaSetup>): void {
  let calls: Calls | undefined
  line.onMessage(message => {
    if (message.kind === 'setup') void open(message.setup)
    else if (message.kind === 'close') line.end(0)
    else if (message.kind === 'abort') calls?.abort(message.id)
    else void calls?.run(message)
  })
  const open = async (setup: LlamaSetup) => {
    try {
      const opened = await openLlama(setup)
      calls = startCalls(opened, setup, line)
      const { provider, warning } = opened
      line.send({ kind: 'ready', provider, ...(warning !== undefined && { warning }), load: calls.load() })
    } catch (error) {
      line.send({ kind: 'failed', error: sentError(error) })
    }
  }
}

interface Calls {
  run(message: CallMessage): Promise<void>
  abort(id: number): void
  load(): EngineLoad
}

function startCalls(
  { sequences, sequenceTokens, kvBytesPerToken }: Awaited<ReturnType<typeof openLlama>>,
  setup: LlamaSetup,
  line: ParentLine<LlamaSetup>,
): Calls {
  const { model: name, vocab, context } = setup
  const model: LlamaModelShape = { name, vocab, context, eosIds: new Set(setup.eosIds), sequenceTokens }
  const pool = createSequencePool(sequences)
  const open = new Map<number, AbortController>()
  const load = (): EngineLoad => ({
    running: pool.running(),
    waiting: pool.waiting(),
    kvBytes: pool.tokens() * kvBytesPerToken,
    kvLimitBytes: sequences.length * sequenceTokens * kvBytesPerToken,
  })
  const report = createStepReport(line.send, load)
  let flushing = false
  // What the sequences of one batch bring goes out as one message.
  const flushSoon = () => {
    if (flushing) return
    flushing = true
    setImmediate(() => {
      flushing = false
      report.flush()
    })
  }
  const work = (message: CallMessage, sequence: LlamaSequence, signal: AbortSignal) => {
    if (message.kind === 'generate') return generate(message, sequence, signal)
    if (message.kind === 'score') return scoreAnswer(message.request, sequence, model, signal)
    if (message.kind === 'topLogits') return readTopLogits(message.request, sequence, model, signal)
    throw new AssayError('ENGINE_HIDDEN')
  }
  const generate = ({ id, request, stream }: GenerateMessage, sequence: LlamaSequence, signal: AbortSignal) =>
    generateAnswer(request, sequence, model, signal, token => {
      if (!stream) return
      report.tell(id, token)
      flushSoon()
    })
  return {
    load,
    abort: id => open.get(id)?.abort(),
    async run(message) {
      const { id } = message
      const caller = new AbortController()
      open.set(id, caller)
      let sequence: LlamaSequence | undefined
      let ending: () => void
      try {
        sequence = await pool.take(caller.signal)
        const result = await work(message, sequence, caller.signal)
        ending = () => report.end({ id, result })
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error)
        const known = isMemoryError(error) ? new AssayError('ENGINE_MEMORY', { model: name, problem }) : error
        ending = () => report.end({ id, error: sentError(known) })
      }
      open.delete(id)
      try {
        if (sequence !== undefined) await pool.give(sequence)
      } catch (error) {
        // A sequence that cannot be emptied would carry one caller's text into another's answer.
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
        line.end(1)
      }
      if (!caller.signal.aborted) ending()
      flushSoon()
    },
  }
}
