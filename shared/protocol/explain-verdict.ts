import { AssayError } from '../errors/assay-error.ts'
import { type ErrorCode, errorTable } from '../errors/error-table.ts'
import type { StatedVerdict } from './verdict-statement.ts'

/** Why nothing whole came, in words. */
const missSentences: Readonly<Record<string, string>> = {
  connect: 'Nothing answered at the address that the miner announced.',
  timeout: 'No whole answer came in the time that the request gave.',
  refused: 'The miner refused the request.',
  'too-large': 'The answer was larger than the validator reads.',
  encoding: 'The answer came in an encoding that was not asked for.',
  malformed: 'The answer was no JSON of the shape of an answer.',
  late: 'The answer came after its deadline block.',
  cut: 'The stream ended before its receipt.',
  lost: 'The validator lost the exchange by its own restart.',
}

const plain: Readonly<Record<StatedVerdict['kind'], string>> = {
  pass: 'The answer was verified against the model, and nothing speaks against it.',
  unaudited: 'The receipt holds; the answer was not drawn for an audit and counts provisionally.',
  fail: 'The answer contradicts itself, the request or the model.',
  miss: 'No validly signed answer came in time.',
  void: 'The validator could not judge the answer: it costs the miner nothing and earns nothing.',
}

/** A verdict in a sentence that a person understands. */
export function explainVerdict({ kind, code, evidence }: Pick<StatedVerdict, 'kind' | 'code' | 'evidence'>): string {
  if (code === null) return plain[kind]
  const sentence = sentenceOf(code, evidence)
  return kind === 'void' ? `${plain.void} ${sentence}` : sentence
}

/** What the code of a finding or a miss means, with the evidence filled in; the code itself where it is of another release. */
export function sentenceOf(code: string, evidence: StatedVerdict['evidence']): string {
  const missed = missSentences[code]
  if (missed !== undefined) return typeof evidence.detail === 'string' && evidence.detail !== '' ? `${missed} (${evidence.detail})` : missed
  return isErrorCode(code) ? new AssayError(code, evidence).message : `The reason is ${code}.`
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorTable, code)
}
