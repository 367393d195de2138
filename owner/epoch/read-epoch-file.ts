import { readFile, stat } from 'node:fs/promises'
import { Compile } from 'typebox/compile'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { EpochFile, type EpochFileInput, type EpochFileOutput, type EpochVector } from './epoch-file.ts'

const maxSizeBytes = 256 * 1024 * 1024
const validator = Compile(EpochFile)

/** Reads and checks a file of epochs; throws OWNER_FILE with the place and what was expected there. */
export async function readEpochFile(file: string): Promise<EpochFile> {
  const refuse = (problem: string, cause?: unknown) => new AssayError('OWNER_FILE', { file, problem }, { cause })
  let text: string
  try {
    const { size } = await stat(file)
    if (size > maxSizeBytes) throw refuse(`it has ${size} bytes, at most ${maxSizeBytes} are read`)
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof AssayError) throw error
    throw refuse(`it cannot be read (${error instanceof Error ? error.message : String(error)})`, error)
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw refuse(`it is not JSON (${error instanceof Error ? error.message : String(error)})`, error)
  }
  return parseEpochFile(value, file)
}

/** Checks a value as a file of epochs: its shape, one entry per uid in every list, uids in range and none twice in a row. */
export function parseEpochFile(value: unknown, file: string): EpochFile {
  if (!validator.Check(value)) {
    const first = validator.Errors(value)[0]
    const path = first?.instancePath || '/'
    const found = JSON.stringify(valueAt(value, path))?.slice(0, 100)
    throw new AssayError('OWNER_FILE', { file, problem: `${path} ${first?.message ?? 'does not fit'}, found ${found ?? 'nothing'}` })
  }
  value.vectors.forEach((vector, index) => {
    const problem = findProblem(vector)
    if (problem !== null) throw new AssayError('OWNER_FILE', { file, problem: `/vectors/${index}${problem}` })
  })
  return value
}

function findProblem({ input, output }: EpochVector): string | null {
  const size = input.stake.length
  if (input.ownerUid !== null && input.ownerUid >= size) return `/input/ownerUid is ${input.ownerUid}, expected a uid below ${size} or null`
  return findListProblem('/input', input, size) ?? (output === undefined ? null : findListProblem('/output', output, size))
}

function findListProblem(path: string, lists: EpochFileInput | EpochFileOutput, size: number): string | null {
  for (const [name, list] of Object.entries(lists)) {
    if (!Array.isArray(list) || name === 'alphaValues') continue
    if (list.length !== size) return `${path}/${name} has ${list.length} entries, expected ${size}, one per entry of stake`
  }
  const rows = 'weights' in lists ? { weights: lists.weights, bonds: lists.bonds } : { bonds: lists.bonds }
  for (const [name, matrix] of Object.entries(rows)) {
    for (const [uid, row] of matrix.entries()) {
      const seen = new Set<number>()
      for (const [target] of row) {
        if (target >= size) return `${path}/${name}/${uid} names uid ${target}, expected uids below ${size}`
        if (seen.has(target)) return `${path}/${name}/${uid} names uid ${target} twice, expected each uid once`
        seen.add(target)
      }
    }
  }
  return null
}

function valueAt(value: unknown, path: string): unknown {
  let found = value
  for (const key of path.split('/').filter(part => part !== '')) {
    if (typeof found !== 'object' || found === null) return undefined
    found = Object.entries(found).find(([name]) => name === key)?.[1]
  }
  return found
}
