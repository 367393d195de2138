import { AssayError } from '../../errors/assay-error.ts'
import type { EngineLoad } from '../engine-port.ts'
import type { Decoder, DecoderBatch, DecoderCache } from './decoder.ts'
import { isMemoryError } from './is-memory-error.ts'
import { createKvRoom, type KvNeed, sizeClassOf } from './kv-room.ts'
import { sentError } from './sent-error.ts'
import { type CallModel, createSequence, type Sequence } from './sequence.ts'
import { type CallSteps, startCall } from './start-call.ts'
import { createStepReport } from './step-report.ts'
import { createWaitingLine } from './waiting-line.ts'
import type { CallMessage, StepMessage } from './worker-messages.ts'

export interface BatchLoopOptions {
  readonly decoder: Decoder
  readonly model: CallModel & { readonly name: string }
  /** Answers that decode together at most. */
  readonly batch: number
  readonly kvLimitBytes: number
  readonly send: (message: StepMessage) => void
  /** Milliseconds for which the tokens of quick steps wait for one message; none unless told. */
  readonly gatherMs?: number
  /** Memory ran out so often in a row that only a new process can help. */
  readonly onExhausted: () => void
}

/** Runs all calls of an engine step by step, one step of all answers at a time. */
export interface BatchLoop {
  add(message: CallMessage): void
  /** Lets go of a call before the next run of the graph. */
  abort(id: number): void
  load(): EngineLoad
  stop(): void
}

interface Answer {
  readonly id: number
  readonly need: KvNeed
  readonly stream: boolean
  readonly sequence: Sequence
  /** Until its prompt is done; then its keys and values are in the batch. */
  cache: DecoderCache | undefined
}

/** A call that is a prefill and no more. */
interface Once {
  readonly id: number
  readonly need: KvNeed
  readonly steps: CallSteps
}

/** The answers of one size class, which take every step together. */
interface Group {
  readonly batch: DecoderBatch<DecoderCache>
  /** In the order of the rows of the batch. */
  readonly rows: Answer[]
}

/** Logits of one run at most: a long piece of a large vocabulary would need gigabytes. */
const maxLogits = 16_777_216
/** Prompt tokens between two steps of the answers under way at most, but for the last prompt begun. */
const turnTokens = 256
const exhaustedAfter = 3
/** Good steps after which a batch that was halved may grow again. */
const healthySteps = 64

/** Calls that may overtake one for which there is no memory yet, in whole batches. */
const patientBatches = 2

/** Starts with nothing to do; every turn runs a piece of the waiting prompts, a piece of one other call, and one token of all answers, those of each size class in one run. */
export function createBatchLoop({ decoder, model, batch: most, kvLimitBytes, send, gatherMs, onExhausted }: BatchLoopOptions): BatchLoop {
  const pieceOf = (tokens: number) => Math.max(32, Math.min(tokens, Math.floor(maxLogits / model.vocab / 32) * 32))
  // Where a prompt is cut depends on itself alone: whoever else is there must not change an answer.
  const promptPiece = pieceOf(128)
  const oncePiece = pieceOf(512)
  const room = createKvRoom({ ...{ form: decoder.form, bytesPerToken: decoder.bytesPerToken, batch: most }, limitBytes: kvLimitBytes })
  const prompts: Answer[] = []
  /** By size class; none is empty between two turns. */
  const groups = new Map<number, Group>()
  let once: Once | undefined
  const gone = new Set<number>()
  let limit = most
  let failures = 0
  let healthy = 0
  let working = false
  let stopped = false

  const waiting = createWaitingLine<Answer | Once>({
    patience: patientBatches * most,
    start(call) {
      if ('steps' in call) once = call
      else {
        call.cache = decoder.openCache()
        prompts.push(call)
      }
    },
    refuse(call) {
      const needed = room.bytesOf([call.need])
      fail(call, noMemory(model.name, `this call may need ${needed} bytes of keys and values, it can get ${room.mostFor(call.need)}`))
    },
  })
  const rows = () => [...groups.values()].flatMap(group => group.rows)
  const answers = () => [...groups.values()].reduce((sum, group) => sum + group.rows.length, prompts.length)
  const load = (): EngineLoad => ({
    running: answers(),
    waiting: waiting.length + (once === undefined ? 0 : 1),
    kvBytes:
      [...groups.values()].reduce((sum, { batch }) => sum + batch.bytes, once?.steps.bytes ?? 0) +
      prompts.reduce((sum, { cache }) => sum + (cache?.bytes ?? 0), 0),
    kvLimitBytes,
  })
  const report = createStepReport(send, load, gatherMs)
  const fail = (answer: { readonly id: number }, error: unknown) => report.end({ id: answer.id, error: sentError(error) })

  const admit = () => {
    if (waiting.length === 0) return
    waiting.advance(call => {
      if ('steps' in call ? once !== undefined : answers() >= limit) return 'no place'
      const running = [...rows(), ...prompts, ...(once === undefined ? [] : [once])].map(({ need }) => need)
      const verdict = room.verdictOn(call.need, running)
      return verdict === 'later' ? 'no memory' : verdict
    })
  }
  const leave = ({ batch, rows }: Group, row: number) => {
    batch.leave(row)
    const last = rows.pop()
    if (last !== undefined && row < rows.length) rows[row] = last
  }
  const sweep = () => {
    if (gone.size === 0) return
    waiting.keepOnly(({ id }) => !gone.has(id))
    for (let at = prompts.length - 1; at >= 0; at--) if (gone.has(prompts[at]?.id ?? 0)) prompts.splice(at, 1)
    if (once !== undefined && gone.has(once.id)) once = undefined
    for (const [size, group] of groups) {
      for (let row = group.rows.length - 1; row >= 0; row--) if (gone.has(group.rows[row]?.id ?? 0)) leave(group, row)
      if (group.rows.length === 0) groups.delete(size)
    }
    gone.clear()
  }
  /** Takes the next token; whether the answer goes on. */
  const choose = (answer: Answer, row: Float32Array, hidden: Float32Array): boolean => {
    try {
      const token = answer.sequence.choose(row, undefined, hidden)
      if (answer.stream) report.tell(answer.id, token)
      const result = answer.sequence.ended()
      if (result === undefined) return true
      const { hidden: rows, ...told } = result
      // Rows that went out with their tokens need not go twice.
      report.end({ id: answer.id, result: answer.stream || rows === undefined ? told : { ...told, hidden: rows } })
      return false
    } catch (error) {
      fail(answer, error)
      return false
    }
  }
  /** Runs the graph for some calls; undefined where it failed, and then some of the calls have ended with the error. */
  const attempt = async <T>(
    calls: readonly { readonly id: number }[],
    run: () => Promise<T>,
  ): Promise<{ readonly value: T } | undefined> => {
    try {
      const value = await run()
      failures = 0
      return { value }
    } catch (error) {
      const short = isMemoryError(error)
      // The newest have the least to lose.
      const victims = short ? [...calls].sort((a, b) => b.id - a.id).slice(0, Math.ceil(calls.length / 2)) : calls
      for (const call of victims) {
        if (!gone.has(call.id)) fail(call, short ? noMemory(model.name, 'the runtime could not get any') : error)
        gone.add(call.id)
      }
      if (short) {
        failures += 1
        healthy = 0
        limit = Math.max(1, Math.floor(answers() / 2))
        if (failures >= exhaustedAfter) {
          stopped = true
          report.flush()
          onExhausted()
        }
      }
      sweep()
      return undefined
    }
  }
  const runPrompts = async () => {
    for (let left = turnTokens; left > 0 && !stopped; ) {
      sweep()
      const answer = prompts[0]
      if (answer?.cache === undefined) return
      const { cache, sequence } = answer
      const ids = sequence.promptIds.slice(cache.length, cache.length + promptPiece)
      left -= ids.length
      const isLast = cache.length + ids.length === sequence.promptIds.length
      const last = sequence.wantHidden ? 'both' : 'logits'
      const run = await attempt([answer], () => decoder.extend(cache, ids, isLast ? last : 'none'))
      if (run === undefined) continue
      prompts.shift()
      if (!isLast) {
        // To the end of the line: a long prompt keeps no short one waiting.
        prompts.push(answer)
        continue
      }
      answer.cache = undefined
      const { logits, hidden } = run.value
      const lastHidden = hidden.subarray(hidden.length - hidden.length / ids.length)
      if (gone.has(answer.id) || !choose(answer, logits.subarray(-model.vocab), lastHidden)) continue
      const size = sizeClassOf(answer.need.places)
      const group = groups.get(size) ?? { batch: decoder.openBatch(), rows: [] }
      groups.set(size, group)
      group.batch.join(cache)
      group.rows.push(answer)
    }
  }
  const runOnce = async () => {
    const call = once
    if (call === undefined) return
    const run = await attempt([call], call.steps.step)
    if (run?.value === undefined) return
    once = undefined
    report.end({ id: call.id, result: run.value })
  }
  const runGroup = async (size: number, group: Group) => {
    sweep()
    const { batch, rows } = group
    // It may have gone as a whole while another one ran.
    if (rows.length === 0) return
    const withHidden = rows.some(({ sequence }) => sequence.wantHidden)
    const run = await attempt(rows, () =>
      batch.step(
        rows.map(({ sequence }) => sequence.last()),
        withHidden,
      ),
    )
    if (run === undefined) return
    healthy += 1
    if (healthy % healthySteps === 0) limit = Math.min(most, limit * 2)
    const { logits, hidden } = run.value
    const before = rows.length
    const width = hidden.length / before
    // From the last on, since the last takes the place of one that leaves.
    for (let row = before - 1; row >= 0; row--) {
      const answer = rows[row]
      if (answer === undefined) continue
      const own = logits.subarray(row * model.vocab, (row + 1) * model.vocab)
      if (gone.has(answer.id) || !choose(answer, own, hidden.subarray(row * width, (row + 1) * width))) leave(group, row)
    }
    if (rows.length === 0) groups.delete(size)
    else if (rows.length < before) batch.trim()
  }
  const runRows = async () => {
    for (const [size, group] of [...groups]) if (!stopped) await runGroup(size, group)
  }
  const work = async () => {
    working = true
    while (!stopped) {
      sweep()
      admit()
      report.flush()
      // Also what came while the last words were told.
      if (answers() + waiting.length === 0 && once === undefined) break
      for (const run of [runPrompts, runOnce, runRows]) if (!stopped) await run()
    }
    working = false
  }
  return {
    add(message) {
      try {
        if (message.kind !== 'generate') {
          const steps = startCall(message, decoder, model, oncePiece)
          waiting.add({ id: message.id, need: { places: steps.places, alone: true }, steps })
        } else {
          const sequence = createSequence(message.request, model)
          const need = { places: decoder.capacityOf(sequence.mostTokens + 1), alone: false }
          waiting.add({ id: message.id, need, stream: message.stream, sequence, cache: undefined })
        }
      } catch (error) {
        fail(message, error)
        report.flush()
      }
      if (!working) void work()
    },
    abort(id) {
      gone.add(id)
    },
    load,
    stop() {
      stopped = true
    },
  }
}

function noMemory(model: string, problem: string): AssayError {
  return new AssayError('ENGINE_MEMORY', { model, problem, retryAfterMs: 1_000 })
}
