import { type Static, Type } from 'typebox'

const strict = { additionalProperties: false } as const
const count = Type.Integer({ minimum: 1 })
const weight = Type.Number({ exclusiveMinimum: 0 })

/** How the users of a subnet ask, beyond temperatures, scopes and streams: synthetic requests are drawn like it, so that nothing but their text tells them from a user's. */
export const RequestProfile = Type.Object(
  {
    /** The `max_tokens` that users send: ranges, both ends included, and how often; one value where both ends are the same. */
    lengths: Type.Array(Type.Object({ min: count, max: count, weight }, strict), { minItems: 1, maxItems: 100 }),
    /** Sentences of a prompt, and how often; fewer than three are three where the answer is greedy. */
    sentences: Type.Array(Type.Object({ count: Type.Integer({ minimum: 1, maximum: 8 }), weight }, strict), { minItems: 1, maxItems: 8 }),
    /** `even`: one request in each of equal parts of the round. `independent`: each at any time of it, as users' come, with their bursts. */
    arrivals: Type.Union([Type.Literal('even'), Type.Literal('independent')]),
  },
  strict,
)
export type RequestProfile = Static<typeof RequestProfile>
