import { type Static, Type } from 'typebox'

/** Texts that end an answer, which does not show them. None holds U+FFFD: a character that is still unfinished would look like it. */
export const StopStrings = Type.Array(Type.String({ pattern: '^[^\\ufffd\\ud800-\\udfff]+$', maxLength: 256 }), {
  minItems: 1,
  maxItems: 4,
})

/** How tokens are chosen. Temperature 0 is greedy; topK 0 keeps the whole vocabulary; `stop` is left out where there is none. */
export const Sampling = Type.Object(
  {
    temperature: Type.Number({ minimum: 0, maximum: 2 }),
    topK: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
    maxTokens: Type.Integer({ minimum: 1, maximum: 131_072 }),
    stop: Type.Optional(StopStrings),
  },
  { additionalProperties: false },
)
export type Sampling = Static<typeof Sampling>

/** Whose answers may be equal: with `miner` each hotkey has its own one legal answer, with `request` all share one. */
export const Scope = Type.Union([Type.Literal('miner'), Type.Literal('request')])
export type Scope = Static<typeof Scope>
