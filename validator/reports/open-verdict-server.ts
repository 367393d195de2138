import { createServer, type IncomingMessage } from 'node:http'
import { AssayError, isAssayError } from '../../shared/errors/assay-error.ts'
import type { UnansweredReceipt } from '../../shared/protocol/unanswered-receipt.ts'
import { maxConvictionsTold, parseVerdictsAsk, verdictsPath } from '../../shared/protocol/verdict-statement.ts'
import { type HttpAddress, type HttpDoor, listenHttp } from '../listen-http.ts'
import { readConvictionsOf } from '../storage/conviction-table.ts'
import type { Store } from '../storage/open-store.ts'
import { isAskedNow } from '../storage/read-unanswered.ts'
import { hasVerdicts, readVerdictsOf } from '../storage/signed-verdict-table.ts'
import { createCallerBudget } from './create-caller-budget.ts'
import { createVerdictCallers } from './verdict-caller.ts'

export interface VerdictServerParts {
  readonly store: Store
  /** Address of the validator's hotkey. */
  readonly validator: string
  readonly netuid: number
  /** A miner's receipts whose verdict is overdue. */
  readUnanswered(miner: string): Promise<readonly UnansweredReceipt[]>
  readonly nowMs?: () => number
}

const maxBodyBytes = 4_096

/**
 * Serves miners their own verdicts: a request signed by a hotkey gets what this validator signed about that hotkey, with its receipts whose
 * verdict is overdue, and nothing else; no scores. Throws VALIDATOR_VERDICT_PORT.
 */
export async function openVerdictServer(
  address: HttpAddress,
  { store, validator, netuid, readUnanswered, nowMs = Date.now }: VerdictServerParts,
): Promise<HttpDoor> {
  const callers = createVerdictCallers(validator, nowMs)
  const budget = createCallerBudget({ ratePerSecond: 5, burst: 20, monotonicMs: () => performance.now() })

  const answer = async (request: IncomingMessage): Promise<string> => {
    if (!budget.take(request.socket.remoteAddress ?? '')) throw new AssayError('VALIDATOR_CALLER_BUSY')
    const claim = callers.readClaim(request.headers)
    const body = await readBody(request)
    // Before the signature, which costs more: who has no verdicts and waits for none is told so, and the metagraph tells as much.
    if (!(await hasVerdicts(store, claim.caller)) && !(await isAskedNow(store, claim.caller)))
      throw new AssayError('VALIDATOR_CALLER_UNKNOWN', { caller: claim.caller })
    callers.prove(claim, body)
    const ask = parseVerdictsAsk(parseJson(body))
    if (ask.netuid !== netuid) throw new AssayError('VALIDATOR_CALLER', { problem: `this validator serves subnet ${netuid}` })
    const rows = await readVerdictsOf(store, claim.caller, ask.after, ask.limit)
    const next = rows.at(-1)?.place ?? null
    const convictions = await readConvictionsOf(store, claim.caller, maxConvictionsTold)
    const unanswered = JSON.stringify(await readUnanswered(claim.caller))
    return `{"verdicts":[${rows.map(({ json }) => json).join(',')}],"next":${next},"unanswered":${unanswered},"convictions":[${convictions.join(',')}]}`
  }

  const server = createServer((request, response) => {
    const send = (status: number, text: string) =>
      response.writeHead(status, { 'content-type': 'application/json', ...(status >= 400 && { connection: 'close' }) }).end(text)
    if (request.method !== 'POST' || request.url !== verdictsPath)
      return void send(404, JSON.stringify({ error: { code: 'NOT_FOUND', message: `There is POST ${verdictsPath}.` } }))
    answer(request).then(
      text => send(200, text),
      error => {
        if (response.headersSent || response.destroyed) return
        const known = isAssayError(error) && error.status < 500
        const [status, code, message] = known
          ? [error.status, error.code, error.message]
          : [500, 'INTERNAL', 'The verdicts cannot be read now.']
        send(status, JSON.stringify({ error: { code, message } }))
      },
    )
  })
  return await listenHttp(server, address, { maxConnections: 256, code: 'VALIDATOR_VERDICT_PORT' })
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBodyBytes) throw new AssayError('VALIDATOR_CALLER', { problem: `its body has more than ${maxBodyBytes} bytes` })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    throw new AssayError('VALIDATOR_CALLER', { problem: 'its body is no JSON' })
  }
}
