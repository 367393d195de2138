/** The part of a compiled schema that says what is wrong with a value. */
interface ProblemFinder {
  Errors(value: unknown): { instancePath: string; message: string }[]
}

export interface Problem {
  /** JSON pointer of the place; `/` for the value itself. */
  readonly path: string
  readonly problem: string
}

/** Parts that a value may have for its faults to be looked for one by one. */
const maxParts = 5_000

/**
 * What is wrong with a value that does not fit its schema. Looking for it takes some 20 us for each part of a value, which would let a
 * stranger's long list hold up everybody for seconds: of a long value only the whole is refused.
 */
export function firstProblem(finder: ProblemFinder, value: unknown): Problem {
  if (countParts(value, maxParts) >= maxParts) return { path: '/', problem: 'it does not fit its schema' }
  const first = finder.Errors(value)[0]
  return { path: first?.instancePath || '/', problem: first?.message ?? 'it does not fit its schema' }
}

/** Counts the values inside a value, up to a limit. */
function countParts(value: unknown, limit: number): number {
  const open: unknown[] = [value]
  let parts = 0
  while (open.length > 0 && parts < limit) {
    const next = open.pop()
    if (typeof next !== 'object' || next === null) continue
    const members = Array.isArray(next) ? next : Object.values(next)
    parts += members.length
    if (parts < limit) for (const member of members) if (typeof member === 'object' && member !== null) open.push(member)
  }
  return parts
}
