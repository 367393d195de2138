import { isAssayError } from '../../shared/errors/assay-error.ts'
import { type AssayAnswer, parseChatAnswer, parseCompletionAnswer, textOf } from '../../shared/protocol/answer.ts'
import type { Ask } from '../../shared/protocol/ask.ts'
import { receiptBytes } from '../../shared/protocol/receipt-bytes.ts'
import { sealedStreamType, sealedType } from '../../shared/protocol/session.ts'
import { abortAfter } from '../../shared/util/abort-after.ts'
import type { RoundMiner } from '../challenge/drawn-request.ts'
import { createStreamReader } from './create-stream-reader.ts'
import type { Arrival, NoAnswerReason } from './exchange.ts'
import { parseJsonBounded } from './parse-json-bounded.ts'
import { readBody } from './read-body.ts'
import { type KeptPrefix, readStream } from './read-stream.ts'
import { type SendParts, type SentAsk, sendAsk } from './send-ask.ts'

export interface AskContext extends SendParts {
  readonly capBytes: number
  /** The head's height, read when the answer is complete. */
  readonly headNumber: () => number
  /** Whether miners know our TLS key by now; until then none that speaks TLS can be asked. */
  readonly tlsReady?: () => boolean
}

/** An answer has some forty values, seven deep at most; log-probabilities in its choices come on top. */
const jsonLimits = { maxDepth: 16, maxValues: 1_000 }
/** What one more token of an answer can cost in bytes: its text, escaped, and its numbers. */
const bytesPerToken = 1_024
const bytesBesides = 65_536

/** Sends one request to a miner and reads its answer under every deadline and cap; judges nothing and never throws for what a miner does. */
export async function askMiner(miner: RoundMiner, ask: Ask, context: AskContext, signal: AbortSignal): Promise<Arrival> {
  const started = performance.now()
  const kept: { prefix: KeptPrefix | null } = { prefix: null }
  const none = (reason: NoAnswerReason, cause: string, ours = false): Arrival => {
    // It may quote what a miner sent, cut anywhere: what is stored must have a canonical form.
    const detail = cause.slice(0, 200).replace(/\p{Surrogate}/gu, '\ufffd')
    const elapsedMs = performance.now() - started
    if (kept.prefix === null || ours) return { kind: 'none', reason, detail, elapsedMs, ours }
    return { kind: 'partial', ...kept.prefix, reason, detail, elapsedMs }
  }
  if (miner.tlsKey !== undefined && context.tlsReady?.() === false) return none('connect', 'our own TLS key is new on the chain', true)
  const capBytes = Math.min(context.capBytes, bytesBesides + ask.max_tokens * bytesPerToken)
  const until = abortAfter(ask.assay.deadlineMs, signal)
  try {
    const sent = await sendAsk(miner, ask, context, until)
    const form = formOf(sent, ask, capBytes)
    if ('reason' in form) {
      // The rest of a refused body is not worth a connection.
      sent.response.body.on('error', () => {}).destroy()
      return none(form.reason, form.detail)
    }
    const reader = createStreamReader(ask, miner.hotkey)
    const keep = (prefix: KeptPrefix) => {
      if (prefix.arrivedBlock < ask.assay.deadlineBlock) kept.prefix = prefix
    }
    const answer = form.streamed
      ? await readStream(sent, reader, { capBytes, headNumber: context.headNumber, keep })
      : await readWhole(sent, ask, capBytes)
    if (answer === null) return none('too-large', `over ${capBytes} bytes`)
    // A receipt without canonical bytes cannot have been signed.
    receiptBytes(answer.assay.receipt)
    const arrivedBlock = context.headNumber()
    if (arrivedBlock >= ask.assay.deadlineBlock) return none('late', `block ${arrivedBlock}, deadline ${ask.assay.deadlineBlock}`)
    const { receipt, signature, certificate = null, logProbs } = answer.assay
    const arrived = { elapsedMs: performance.now() - started, arrivedBlock, arrivedMs: Date.now() }
    return { kind: 'answer', receipt, signature, certificate, logProbs, text: answer.text, ...arrived }
  } catch (error) {
    if (signal.aborted) return none('lost', 'the validator stopped', true)
    return none(reasonOf(error), error instanceof Error ? error.message : String(error), isOurs(error))
  }
}

/** Whether the reply is a stream, or why it is not read at all. */
function formOf(
  { response, reply }: SentAsk,
  ask: Ask,
  capBytes: number,
): { readonly streamed: boolean } | { readonly reason: NoAnswerReason; readonly detail: string } {
  const { headers, statusCode } = response
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') return { reason: 'encoding', detail: String(encoding) }
  if (statusCode !== 200) return { reason: 'refused', detail: `status ${statusCode}` }
  const length = Number(headers['content-length'] ?? 0)
  if (length > capBytes) return { reason: 'too-large', detail: `content-length ${length}` }
  const type = String(headers['content-type'] ?? '')
  const streamed = type.startsWith(reply === null ? 'text/event-stream' : sealedStreamType)
  if (streamed && ask.stream !== true) return { reason: 'malformed', detail: 'a stream that was not asked for' }
  // What is sealed must say so: an answer in clear inside a session is nobody's.
  if (reply !== null && !streamed && type !== sealedType) return { reason: 'malformed', detail: `an answer of type ${type.slice(0, 50)}` }
  return { streamed }
}

async function readWhole({ response, reply }: SentAsk, ask: Ask, capBytes: number): Promise<{ assay: AssayAnswer; text: string } | null> {
  const bytes = await readBody(response.body, capBytes)
  if (bytes === null) return null
  const value = parseJsonBounded(reply === null ? bytes : reply.whole(bytes), jsonLimits)
  const answer = 'messages' in ask ? parseChatAnswer(value) : parseCompletionAnswer(value)
  return { assay: answer.assay, text: textOf(answer) }
}

/** This machine ran out of sockets, buffers or memory: no miner can bring that about. */
export function isOurs(error: unknown): boolean {
  return ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM'].includes(codeOf(error))
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** What a failure of the exchange counts as. */
export function reasonOf(error: unknown): NoAnswerReason {
  if (isAssayError(error, 'VALIDATOR_ADDRESS') || isAssayError(error, 'VALIDATOR_TLS_KEY')) return 'connect'
  if (isAssayError(error, 'QUERY_SESSION')) return 'refused'
  if (isAssayError(error, 'QUERY_STREAM_CUT') || isAssayError(error, 'QUERY_STREAM_ERROR')) return 'cut'
  if (isAssayError(error) || error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError) return 'malformed'
  const code = codeOf(error)
  if (code.includes('TIMEOUT') && code !== 'UND_ERR_CONNECT_TIMEOUT') return 'timeout'
  if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')) return 'timeout'
  if (code.startsWith('HPE_') || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' || code === 'UND_ERR_HEADERS_OVERFLOW') return 'malformed'
  return 'connect'
}
