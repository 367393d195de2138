import type { GeneratedToken, GenerateRequest, Generation } from '../../shared/engine/engine-port.ts'
import { type BatchLoop, type BatchLoopOptions, createBatchLoop } from '../../shared/engine/onnx/batch-loop.ts'
import { stepTokens } from '../../shared/engine/onnx/step-tokens.ts'
import type { CallMessage, EndedCall, StepMessage } from '../../shared/engine/onnx/worker-messages.ts'

export interface LoopedCall<Result = unknown> {
  readonly id: number
  /** Rejects with the sent error where the call failed; never settles where it was aborted. */
  readonly result: Promise<Result>
}

/** A batch loop in this thread, step by step in sight. */
export interface EngineLoop {
  readonly loop: BatchLoop
  readonly steps: readonly StepMessage[]
  generate(request: GenerateRequest, onTokens?: (tokens: readonly GeneratedToken[]) => void): LoopedCall<Generation>
  call(message: CallWithoutId): LoopedCall
  /** Calls back after every step that had something to tell. */
  onStep(hear: (step: StepMessage) => void): void
}

type CallWithoutId = CallMessage extends infer M ? (M extends CallMessage ? Omit<M, 'id' | 'stream'> : never) : never

/** Starts a loop over a decoder and turns its messages into promises. */
export function startEngineLoop(options: Omit<BatchLoopOptions, 'send' | 'onExhausted'> & { onExhausted?: () => void }): EngineLoop {
  const open = new Map<number, { end(call: EndedCall): void; onTokens?: (tokens: readonly GeneratedToken[]) => void }>()
  const steps: StepMessage[] = []
  const hearers: Array<(step: StepMessage) => void> = []
  let nextId = 1
  const loop = createBatchLoop({
    onExhausted: () => {},
    ...options,
    send(step) {
      steps.push(step)
      for (const [id, tokens] of stepTokens(step)) open.get(id)?.onTokens?.(tokens)
      for (const call of step.ended) open.get(call.id)?.end(call)
      for (const hear of hearers) hear(step)
    },
  })
  const start = (message: CallWithoutId, onTokens?: (tokens: readonly GeneratedToken[]) => void) => {
    const id = nextId++
    const result = new Promise<unknown>((resolve, reject) => {
      open.set(id, {
        end: call => ('result' in call ? resolve(call.result) : reject(call.error)),
        ...(onTokens && { onTokens }),
      })
    })
    result.catch(() => {})
    loop.add({ ...message, id, stream: onTokens !== undefined } as CallMessage)
    return { id, result }
  }
  return {
    loop,
    steps,
    generate: (request, onTokens) => start({ kind: 'generate', request }, onTokens) as ReturnType<EngineLoop['generate']>,
    call: message => start(message),
    onStep: hear => hearers.push(hear),
  }
}
