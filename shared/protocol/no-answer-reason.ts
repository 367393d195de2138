import { type Static, Type } from 'typebox'

/** Why nothing usable came back for a request, as a validator stores it. */
export const NoAnswerReason = Type.Union([
  Type.Literal('connect'),
  Type.Literal('timeout'),
  Type.Literal('refused'),
  Type.Literal('too-large'),
  Type.Literal('encoding'),
  Type.Literal('malformed'),
  Type.Literal('late'),
  Type.Literal('cut'),
  Type.Literal('lost'),
])
export type NoAnswerReason = Static<typeof NoAnswerReason>
