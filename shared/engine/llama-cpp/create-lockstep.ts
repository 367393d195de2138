import type { LlamaSequence } from './llama-package.ts'

/**
 * Lets sequences step together: what they submit while a batch runs goes into the next one, all at once. Left alone, the library starts
 * the next batch as soon as the first of them has chosen its token, so that sixteen answers fall into batches of a few.
 */
export function createLockstep(): (sequence: LlamaSequence) => LlamaSequence {
  const waiting: (() => Promise<void>)[] = []
  let busy = false
  const go = () => {
    if (busy || waiting.length === 0) return
    busy = true
    // By then each has submitted that got its logits in the same turn.
    setImmediate(() => {
      void Promise.all(waiting.splice(0).map(run => run())).then(() => {
        busy = false
        go()
      })
    })
  }
  const submit = <T>(run: () => Promise<T>) =>
    new Promise<T>((resolve, reject) => {
      waiting.push(() => run().then(resolve, reject))
      go()
    })
  return sequence => ({
    get nextTokenIndex() {
      return sequence.nextTokenIndex
    },
    controlledEvaluate: input => submit(() => sequence.controlledEvaluate(input)),
    evaluateWithoutGeneratingNewTokens: tokens => submit(() => sequence.evaluateWithoutGeneratingNewTokens(tokens)),
    eraseContextTokenRanges: ranges => sequence.eraseContextTokenRanges(ranges),
    clearHistory: () => sequence.clearHistory(),
  })
}
