import { findTensorProblem } from '../shared/engine/find-tensor-problem.ts'
import { AssayError } from '../shared/errors/assay-error.ts'
import type { InferRequest } from '../shared/protocol/infer.ts'
import type { Tensors } from '../shared/protocol/tensor-value.ts'
import { keyCallers } from './complete-open.ts'
import type { EmbedArrived } from './embed-texts.ts'
import type { Graphs } from './open-graphs.ts'
import type { RequestQueue } from './scheduling/request-queue.ts'

export interface InferContext {
  readonly graphs: Graphs
  readonly queue: RequestQueue
}

const deadlineMs = 600_000
/** What one answer may bring. */
const maxOutputBytes = 67_108_864
/** A run counts as so much work for each megabyte that goes in, since nothing is known of a graph: a token of a small model. */
const workPerMegabyte = 1

/** One run of a graph over tensors that were checked against its own signature. Throws MINER_GRAPH, MINER_TENSOR, MINER_TENSOR_SIZE, and refusals of the queue and the engine. */
export async function inferTensors(
  { model, inputs, outputs }: InferRequest,
  { key, receivedAtMs, signal }: EmbedArrived,
  { graphs, queue }: InferContext,
): Promise<Tensors> {
  const engine = graphs.get(model)
  if (engine === undefined) throw new AssayError('MINER_GRAPH')
  const wrong = findTensorProblem(inputs, engine.inputs)
  if (wrong !== null) throw new AssayError('MINER_TENSOR', { param: wrong.tensor.slice(0, 100), problem: wrong.problem })
  const known = engine.outputs.map(({ name }) => name)
  const stranger = outputs.find(name => !known.includes(name))
  if (stranger !== undefined)
    throw new AssayError('MINER_TENSOR', { param: stranger.slice(0, 100), problem: `is no output; there are ${known.join(', ')}` })
  const bytes = Object.values(inputs).reduce((sum, value) => sum + value.bytes.length, 0)
  const work = 1 + (workPerMegabyte * bytes) / 1_000_000
  key.budget.charge(key.name, work)
  const wanted = outputs.length > 0 ? [...new Set(outputs)] : known
  let begun = false
  const found = await queue
    .add({
      ...{ caller: keyCallers, work, deadlineMs, deadlineAtMs: receivedAtMs + deadlineMs, signal },
      run(runSignal) {
        begun = true
        return engine.run(inputs, wanted, runSignal)
      },
    })
    .catch((error: unknown) => {
      // Who goes away pays for what ran; what never ran, or failed through us, costs nothing.
      if (!begun || !signal.aborted) key.budget.refund(key.name, work)
      throw error
    })
  if (Object.values(found).reduce((sum, value) => sum + value.bytes.length, 0) > maxOutputBytes)
    throw new AssayError('MINER_TENSOR_SIZE', { limit: maxOutputBytes })
  return found
}
