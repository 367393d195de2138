import type { GeneratedToken, GenerateRequest, Generation } from '../../shared/engine/engine-port.ts'
import { type BatchLoop, type BatchLoopOptions, createBatchLoop } from '../../shared/engine/onnx/batch-loop.ts'
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
      for (let at = 0; at < step.tokens.length; at += 3) {
        const [id = 0, tokenId = 0, logProb = 0] = step.tokens.slice(at, at + 3)
        const hidden = step.hidden?.[at / 3]
        open.get(id)?.onTokens?.([{ tokenId, logProb, ...(hidden && { hidden }) }])
      }
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
