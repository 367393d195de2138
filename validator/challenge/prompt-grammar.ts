import { type Static, Type } from 'typebox'
import { parserOf } from '../../shared/protocol/parser-of.ts'

const text = Type.String({ minLength: 1, maxLength: 10_000 })
const strict = { additionalProperties: false } as const

/** Where synthetic prompts come from: sentences with `{slots}`, and what may stand in each slot. */
export const PromptGrammar = Type.Object(
  {
    templates: Type.Array(Type.Object({ kind: Type.String({ minLength: 1 }), text }, strict), { minItems: 1 }),
    slots: Type.Record(Type.String(), Type.Array(text, { minItems: 1 })),
  },
  strict,
)
export type PromptGrammar = Static<typeof PromptGrammar>

export const parsePromptGrammar = parserOf(PromptGrammar, 'PROTO_SHAPE', 'prompt grammar')
