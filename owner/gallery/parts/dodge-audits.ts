import type { EngineContext } from '../../../shared/engine/engine-plugin.ts'
import type { Engine, GenerateRequest } from '../../../shared/engine/engine-port.ts'
import { cheatOn } from './cheat-on.ts'
import { openEngine } from './open-engine.ts'
import { otherNoise } from './other-noise.ts'

/** Short answers are what somebody asks for who only wants to check; nothing better can be told from a request. */
const shortAnswer = 16

function looksLikeAudit({ sampling }: GenerateRequest): boolean {
  return sampling.temperature === 0 || sampling.maxTokens <= shortAnswer
}

/** Honest on what looks like an audit; of the rest it answers a share with the smaller model, drawn from the request itself. */
export async function dodgeAudits(context: EngineContext, share: number): Promise<Engine> {
  const [honest, cheat] = await Promise.all([openEngine(context), openEngine(context, 'sibling')])
  return cheatOn(honest, cheat, request => !looksLikeAudit(request) && drawOf(request) < share)
}

function drawOf({ noiseKey }: GenerateRequest): number {
  const draw = otherNoise(noiseKey, 'draw')
  return new DataView(draw.buffer, draw.byteOffset, draw.byteLength).getUint32(0) / 2 ** 32
}
