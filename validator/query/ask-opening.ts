import { randomBytes } from 'node:crypto'
import { type OpeningArrival, type OpeningAsk, openingsPath, parseSignedOpening } from '../../shared/protocol/opening.ts'
import { sealedType } from '../../shared/protocol/session.ts'
import { abortAfter } from '../../shared/util/abort-after.ts'
import type { RoundMiner } from '../challenge/drawn-request.ts'
import { type AskContext, isOurs, reasonOf } from './ask-miner.ts'
import type { NoAnswerReason } from './exchange.ts'
import { parseJsonBounded } from './parse-json-bounded.ts'
import { readBody } from './read-body.ts'
import { sendPost } from './send-ask.ts'

/** What an honest answer can be as large as. */
export interface OpeningSize {
  /** Rows that the receipt commits to. */
  readonly rows: number
  readonly hidden: number
  /** TOPLOC's top values and answer rows a chunk; null where no proofs are asked for. */
  readonly toploc: { readonly k: number; readonly chunkRows: number } | null
}

export interface OpeningTerms {
  /** From the request to its last byte. */
  readonly deadlineMs: number
  /** For the handshake before it, where there is no session yet. */
  readonly handshakeMs: number
  readonly size: OpeningSize
}

/** Names, addresses, digests, the signature, and the seal. */
const bytesBesides = 4_096
/** A hash of a path in hexadecimal with its quotes and comma; and what else a row or a proof has in JSON. */
const hashChars = 67
const memberChars = 64
/** Members of an opening: rows and their paths, and one a TOPLOC proof. */
const valuesBesides = 512

/** Asks a miner to open a receipt, under a deadline for the handshake and one for the opening, and under a cap on bytes; judges nothing and never throws for what a miner does. */
export async function askOpening(
  miner: RoundMiner,
  ask: OpeningAsk,
  { deadlineMs, handshakeMs, size }: OpeningTerms,
  context: Omit<AskContext, 'capBytes' | 'headNumber'>,
  signal: AbortSignal,
): Promise<OpeningArrival> {
  const started = performance.now()
  const none = (reason: NoAnswerReason, cause: string, ours = false): OpeningArrival => {
    // It may quote what a miner sent, cut anywhere: what is stored must have a canonical form.
    const detail = cause.slice(0, 200).replace(/\p{Surrogate}/gu, '\ufffd')
    return { kind: 'none', reason, detail, elapsedMs: performance.now() - started, ours }
  }
  if (miner.tlsKey !== undefined && context.tlsReady?.() === false) return none('connect', 'our own TLS key is new on the chain', true)
  const capBytes = openingBytesAtMost(ask, size)
  try {
    // The session is kept: what follows finds it, or finds at once that there is none.
    await context.sessions?.find(miner, abortAfter(handshakeMs, signal))
    const until = abortAfter(deadlineMs, signal)
    const body = new TextEncoder().encode(JSON.stringify(ask))
    const post = { path: openingsPath, body, id: randomBytes(16).toString('hex') }
    const { response, reply } = await sendPost(miner, post, context, until)
    const refusal = refusalOf(response, reply !== null, capBytes)
    if (refusal !== null) {
      response.body.on('error', () => {}).destroy()
      return none(...refusal)
    }
    const bytes = await readBody(response.body, capBytes)
    if (bytes === null) return none('too-large', `over ${capBytes} bytes`)
    const limits = { maxDepth: 8, maxValues: valuesBesides + proofsOf(ask, size) }
    const { statement, signature } = parseSignedOpening(parseJsonBounded(reply === null ? bytes : reply.whole(bytes), limits))
    return { kind: 'opening', statement, signature, elapsedMs: performance.now() - started, arrivedMs: Date.now() }
  } catch (error) {
    if (signal.aborted) return none('lost', 'the validator stopped', true)
    return none(reasonOf(error), error instanceof Error ? error.message : String(error), isOurs(error))
  }
}

/** Bytes of the largest honest opening, in JSON and sealed. */
export function openingBytesAtMost(ask: Pick<OpeningAsk, 'k' | 'fullRows' | 'withTopLoc'>, size: OpeningSize): number {
  const path = Math.ceil(Math.log2(Math.max(2, size.rows)))
  const row = base64Chars(2 * size.hidden) + path * hashChars + memberChars
  const proofs = proofsOf(ask, size) * (base64Chars(2 + 2 * (size.toploc?.k ?? 0)) + memberChars)
  return bytesBesides + base64Chars(2 * ask.k * size.rows) + ask.fullRows * row + proofs
}

function proofsOf({ withTopLoc }: Pick<OpeningAsk, 'withTopLoc'>, { rows, toploc }: OpeningSize): number {
  return withTopLoc && toploc !== null ? Math.ceil(rows / toploc.chunkRows) : 0
}

function base64Chars(bytes: number): number {
  return 4 * Math.ceil(bytes / 3)
}

function refusalOf(
  { headers, statusCode }: { readonly headers: Readonly<Record<string, string | string[] | undefined>>; readonly statusCode: number },
  sealed: boolean,
  capBytes: number,
): [NoAnswerReason, string] | null {
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') return ['encoding', String(encoding)]
  if (statusCode !== 200) return ['refused', `status ${statusCode}`]
  const length = Number(headers['content-length'] ?? 0)
  if (length > capBytes) return ['too-large', `content-length ${length}`]
  const type = String(headers['content-type'] ?? '')
  // What is sealed must say so: an answer in clear inside a session is nobody's.
  return sealed && type !== sealedType ? ['malformed', `an answer of type ${type.slice(0, 50)}`] : null
}
