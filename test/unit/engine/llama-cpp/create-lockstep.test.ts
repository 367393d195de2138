import { describe, expect, it } from 'vitest'
import { createLockstep } from '../../../../shared/engine/llama-cpp/create-lockstep.ts'
import type { LlamaSequence } from '../../../../shared/engine/llama-cpp/llama-package.ts'

/** A sequence whose steps take as many turns of the event loop as told, and that notes which others run with it. */
function slowSequence(name: string, turns: number, running: Set<string>, seen: string[][]): LlamaSequence {
  return {
    nextTokenIndex: 0,
    async controlledEvaluate() {
      running.add(name)
      await new Promise(resolve => setImmediate(resolve))
      seen.push([...running].sort())
      for (let turn = 0; turn < turns; turn++) await new Promise(resolve => setImmediate(resolve))
      running.delete(name)
      if (turns > 90) throw new Error('broken')
      return []
    },
    evaluateWithoutGeneratingNewTokens: async () => {},
    eraseContextTokenRanges: async () => {},
    clearHistory: async () => {},
  }
}

describe('sequences in lockstep', () => {
  it('start every step together, the fast ones after the slow', async () => {
    const [running, seen, together] = [new Set<string>(), [] as string[][], createLockstep()]
    const answers = [1, 7, 20].map(turns => together(slowSequence(String(turns), turns, running, seen)))
    await Promise.all(
      answers.map(async answer => {
        for (let step = 0; step < 4; step++) await answer.controlledEvaluate([])
      }),
    )
    expect(seen).toEqual(Array.from({ length: 12 }, () => ['1', '20', '7']))
  })
  it('go on when one of them breaks', async () => {
    const [running, seen, together] = [new Set<string>(), [] as string[][], createLockstep()]
    const [broken, whole] = [together(slowSequence('broken', 91, running, seen)), together(slowSequence('whole', 1, running, seen))]
    const failure = broken.controlledEvaluate([]).catch(error => error)
    await whole.controlledEvaluate([])
    expect(await failure).toEqual(new Error('broken'))
    expect(await whole.controlledEvaluate([])).toEqual([])
  })
})
