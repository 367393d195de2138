import { type Static, Type } from 'typebox'
import { Hex32 } from '../protocol/fields.ts'
import { Artefact, Precision } from '../protocol/offer.ts'
import { ClassBounds } from './evidence-bounds.ts'

/** A way to run a model that the owner accepts: what runs, which checks it can answer, and what its work is worth. */
export const AcceptedClass = Type.Object(
  {
    /** What people and reports call it. */
    name: Type.String({ minLength: 1, maxLength: 100 }),
    artefact: Artefact,
    precision: Precision,
    /** Of the class's own artefact, such as a GGUF file of the same model; the model's own unless told. */
    manifestDigest: Type.Optional(Hex32),
    /** Its engines show hidden rows: its receipts must commit to them, and one that does not earns nothing. Without it, rows are checked where a receipt commits to some. */
    fingerprint: Type.Boolean(),
    /** Its sampler cannot follow the noise: it is asked at temperature 0 alone. */
    greedyOnly: Type.Optional(Type.Boolean()),
    /** How far its honest answers may be from the reference, where that is not what the model's own bounds say. */
    bounds: Type.Optional(ClassBounds),
    /** Factor on the work of every answer. */
    payFactor: Type.Number({ minimum: 0, maximum: 1 }),
  },
  { additionalProperties: false },
)
export type AcceptedClass = Static<typeof AcceptedClass>

/** Why a model's classes cannot be told apart or paid, in words; null where they can. */
export function findClassProblem({
  classes = [],
  greedyPayFactor,
}: {
  readonly classes?: readonly AcceptedClass[]
  readonly greedyPayFactor: number | null
}): string | null {
  for (const [index, one] of classes.entries()) {
    if (one.greedyOnly === true && greedyPayFactor === null)
      return `the class ${one.name} is asked greedily, and greedyPayFactor refuses that`
    for (const other of classes.slice(index + 1)) {
      if (other.name === one.name) return `two classes are called ${one.name}`
      if (other.artefact === one.artefact && other.precision === one.precision && other.manifestDigest === one.manifestDigest)
        return `the classes ${one.name} and ${other.name} are the same artefact in the same precision`
    }
  }
  return null
}
