import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../shared/engine/engine-port.ts'
import type { HiddenRows } from '../../shared/proof/fingerprint/hidden-rows.ts'
import { answerWith } from './parts/answer-with.ts'
import { openEngine } from './parts/open-engine.ts'
import { otherNoise } from './parts/other-noise.ts'

/** Runs weights of four bits and commits to the hidden rows of an honest miner's answer to the same prompt. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  const [cheap, honest] = await Promise.all([openEngine(context, 'int4'), openEngine(context)])
  return answerWith([cheap, honest], async (request, signal) => {
    const { hidden: _, ...answer } = await cheap.generate(request, signal)
    if (request.wantHidden !== true) return answer
    const noiseKey = otherNoise(request.noiseKey, 'another hotkey')
    const { hidden } = await honest.generate({ ...request, noiseKey }, signal)
    return hidden === undefined ? answer : { ...answer, hidden: asManyRows(hidden, answer.tokenIds.length) }
  })
}

/** The rows from the first one again where the other answer was shorter. */
function asManyRows({ hidden, patterns }: HiddenRows, rows: number): HiddenRows {
  return { hidden, patterns: Uint16Array.from({ length: rows * hidden }, (_, at) => patterns[at % patterns.length] ?? 0) }
}
