import type { Dispatcher } from 'undici'
import type { Signer } from '../../shared/chain/chain-port.ts'
import { isAssayError } from '../../shared/errors/assay-error.ts'
import { parseChatAnswer, parseCompletionAnswer, textOf } from '../../shared/protocol/answer.ts'
import { type Ask, routeOf } from '../../shared/protocol/ask.ts'
import { receiptBytes } from '../../shared/protocol/receipt-bytes.ts'
import { authHeaders, requestAuthBytes } from '../../shared/protocol/request-auth.ts'
import { abortAfter } from '../../shared/util/abort-after.ts'
import { raceAbort } from '../../shared/util/race-abort.ts'
import type { RoundMiner } from '../challenge/drawn-request.ts'
import type { Arrival, NoAnswerReason } from './exchange.ts'
import { parseJsonBounded } from './parse-json-bounded.ts'
import { readBody } from './read-body.ts'

export interface AskContext {
  readonly dispatcher: Dispatcher
  readonly signer: Signer
  readonly capBytes: number
  /** The head's height, read when the answer is complete. */
  readonly headNumber: () => number
}

/** An answer has some forty values, seven deep at most. */
const jsonLimits = { maxDepth: 16, maxValues: 1_000 }
/** What one more token of an answer can cost in bytes: its text, escaped, and its numbers. */
const bytesPerToken = 1_024
const bytesBesides = 65_536

/** Sends one request to a miner and reads its answer under every deadline and cap; judges nothing and never throws for what a miner does. */
export async function askMiner(miner: RoundMiner, ask: Ask, context: AskContext, signal: AbortSignal): Promise<Arrival> {
  const started = performance.now()
  const none = (reason: NoAnswerReason, detail: string, ours = false): Arrival => ({
    kind: 'none',
    reason,
    // It may quote what a miner sent, cut anywhere: what is stored must have a canonical form.
    detail: detail.slice(0, 200).replace(/\p{Surrogate}/gu, '\ufffd'),
    elapsedMs: performance.now() - started,
    ours,
  })
  const path = routeOf(ask)
  const body = new TextEncoder().encode(JSON.stringify(ask))
  const capBytes = Math.min(context.capBytes, bytesBesides + ask.max_tokens * bytesPerToken)
  const until = abortAfter(ask.assay.deadlineMs, signal)
  try {
    const headers = signedHeaders(miner, ask, path, body, context.signer)
    const request = context.dispatcher.request({ origin: originOf(miner), path, method: 'POST', headers, body, signal: until })
    // While a request waits for a connection, the dispatcher does not look at its signal.
    const response = await raceAbort(request, until)
    const refusal = refuseHeaders(response, capBytes)
    if (refusal !== null) {
      // The rest of a refused body is not worth a connection.
      response.body.on('error', () => {}).destroy()
      return none(refusal.reason, refusal.detail)
    }
    const bytes = await readBody(response.body, capBytes)
    if (bytes === null) return none('too-large', `over ${capBytes} bytes`)
    const value = parseJsonBounded(bytes, jsonLimits)
    const answer = 'messages' in ask ? parseChatAnswer(value) : parseCompletionAnswer(value)
    // A receipt without canonical bytes cannot have been signed.
    receiptBytes(answer.assay.receipt)
    const arrivedBlock = context.headNumber()
    if (arrivedBlock >= ask.assay.deadlineBlock) return none('late', `block ${arrivedBlock}, deadline ${ask.assay.deadlineBlock}`)
    const { receipt, signature, logProbs } = answer.assay
    return { kind: 'answer', receipt, signature, logProbs, text: textOf(answer), elapsedMs: performance.now() - started, arrivedBlock }
  } catch (error) {
    if (signal.aborted) return none('lost', 'the validator stopped', true)
    return none(reasonOf(error), error instanceof Error ? error.message : String(error), isOurs(error))
  }
}

function originOf(miner: RoundMiner): string {
  return `http://${miner.host.includes(':') ? `[${miner.host}]` : miner.host}:${miner.port}`
}

function signedHeaders(miner: RoundMiner, ask: Ask, path: string, body: Uint8Array, signer: Signer): Record<string, string> {
  const timeMs = Date.now()
  const auth = { method: 'POST', path, body, caller: signer.hotkey, receiver: miner.hotkey, timeMs, id: ask.assay.requestId }
  return {
    'content-type': 'application/json',
    'accept-encoding': 'identity',
    [authHeaders.scheme]: 'assay-1',
    [authHeaders.caller]: auth.caller,
    [authHeaders.receiver]: auth.receiver,
    [authHeaders.time]: String(timeMs),
    [authHeaders.id]: auth.id,
    [authHeaders.signature]: `0x${Buffer.from(signer.sign(requestAuthBytes(auth))).toString('hex')}`,
  }
}

function refuseHeaders(response: Dispatcher.ResponseData, capBytes: number): { reason: NoAnswerReason; detail: string } | null {
  const encoding = response.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') return { reason: 'encoding', detail: String(encoding) }
  if (response.statusCode !== 200) return { reason: 'refused', detail: `status ${response.statusCode}` }
  const length = Number(response.headers['content-length'] ?? 0)
  return length > capBytes ? { reason: 'too-large', detail: `content-length ${length}` } : null
}

/** This machine ran out of sockets, buffers or memory: no miner can bring that about. */
function isOurs(error: unknown): boolean {
  return ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM'].includes(codeOf(error))
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function reasonOf(error: unknown): NoAnswerReason {
  if (isAssayError(error, 'VALIDATOR_ADDRESS')) return 'connect'
  if (isAssayError(error) || error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError) return 'malformed'
  const code = codeOf(error)
  if (code.includes('TIMEOUT') && code !== 'UND_ERR_CONNECT_TIMEOUT') return 'timeout'
  if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')) return 'timeout'
  if (code.startsWith('HPE_') || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' || code === 'UND_ERR_HEADERS_OVERFLOW') return 'malformed'
  return 'connect'
}
