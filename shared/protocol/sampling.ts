import { type Static, Type } from 'typebox'

/** How tokens are chosen. Temperature 0 is greedy; topK 0 keeps the whole vocabulary. */
export const Sampling = Type.Object(
  {
    temperature: Type.Number({ minimum: 0, maximum: 2 }),
    topK: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
    maxTokens: Type.Integer({ minimum: 1, maximum: 131_072 }),
  },
  { additionalProperties: false },
)
export type Sampling = Static<typeof Sampling>

/** Whose answers may be equal: with `miner` each hotkey has its own one legal answer, with `request` all share one. */
export const Scope = Type.Union([Type.Literal('miner'), Type.Literal('request')])
export type Scope = Static<typeof Scope>
