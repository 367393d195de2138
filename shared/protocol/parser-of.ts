import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { AssayError } from '../errors/assay-error.ts'
import type { ErrorCode } from '../errors/error-table.ts'
import { firstProblem } from './first-problem.ts'

/** Makes the parser of a schema: unknown in, typed out, or an AssayError that names the first wrong place. */
export function parserOf<S extends TSchema>(schema: S, code: ErrorCode, what: string): (value: unknown) => Static<S> {
  const validator = Compile(schema)
  return value => {
    if (validator.Check(value)) return value as Static<S>
    throw new AssayError(code, { what, ...firstProblem(validator, value) })
  }
}
