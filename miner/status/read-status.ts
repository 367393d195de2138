import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { type MinerStatus, parseMinerStatus } from './miner-status.ts'

const deadlineMs = 5_000
const maxBytes = 4_194_304
const refusal = Compile(Type.Object({ error: Type.Object({ message: Type.String({ maxLength: 1_000 }) }) }))

/** Asks a running miner for its status. Throws MINER_STATUS_ANSWER, MINER_STATUS_SHAPE. */
export async function readStatus(url: string, apiKey?: string): Promise<MinerStatus> {
  const failed = (problem: string, cause?: unknown) => new AssayError('MINER_STATUS_ANSWER', { url, problem }, { cause })
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw failed('this is no http:// or https:// address')
  let status: number
  let text: string
  try {
    const reply = await fetch(new URL('/status', url), {
      redirect: 'error',
      signal: AbortSignal.timeout(deadlineMs),
      headers: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
    })
    status = reply.status
    text = await readText(reply)
  } catch (error) {
    throw failed(reasonOf(error), error)
  }
  const value = parseJson(text)
  if (status === 200) return parseMinerStatus(value)
  throw failed(refusal.Check(value) ? printable(value.error.message) : `it answers with HTTP ${status}`)
}

async function readText(reply: Response): Promise<string> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of reply.body ?? []) {
    bytes += piece.length
    if (bytes > maxBytes) throw new Error(`its answer is longer than ${maxBytes} bytes`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // What fetch itself says is "fetch failed".
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message
}

/** A stranger's text goes to a terminal. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, ' ')
}
