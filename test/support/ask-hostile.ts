import type { Dispatcher } from 'undici'
import type { ChatAsk } from '../../shared/protocol/ask.ts'
import { askMiner } from '../../validator/query/ask-miner.ts'
import type { Arrival, Exchange } from '../../validator/query/exchange.ts'
import { openDialer } from '../../validator/query/open-dialer.ts'
import { judge } from '../../validator/verification/judge.ts'
import type { Verdict } from '../../validator/verification/verdict.ts'
import { type RawRequest, type RawServer, startRawServer } from './raw-server.ts'
import { toyPromptIds } from './toy-answer.ts'
import { devKey, toyExchange, toyInput, toyModel } from './toy-exchange.ts'

export interface HostileOptions {
  readonly capBytes?: number
  readonly maxTokens?: number
  readonly stream?: boolean
  readonly headersTimeoutMs?: number
  readonly idleTimeoutMs?: number
  /** The request's own deadline. */
  readonly deadlineMs?: number
  readonly signal?: AbortSignal
}

export interface Outcome {
  readonly exchange: Exchange
  readonly arrival: Arrival
  readonly verdict: Verdict
  readonly server: RawServer
}

/** The request that these tests send: eight tokens at most unless told. */
export function toyAsk(options: Pick<HostileOptions, 'maxTokens' | 'deadlineMs' | 'stream'> = {}, requestId = '1'.repeat(32)): ChatAsk {
  return {
    model: 'toy',
    messages: [{ role: 'user', content: 'cat' }],
    max_tokens: options.maxTokens ?? 8,
    temperature: 1,
    ...(options.stream === true && { stream: true }),
    assay: {
      ...{ requestId, netuid: 2, manifestDigest: toyModel.manifestDigest, requestSeed: '2'.repeat(64), scope: 'miner', choice: 0 },
      ...{ deadlineBlock: 120, deadlineMs: options.deadlineMs ?? 5_000 },
    },
  }
}

/** Asks a raw server over real sockets as a validator asks a miner, and judges what came. */
export async function askHostile(play: (request: RawRequest) => void, options: HostileOptions = {}): Promise<Outcome> {
  const server = await startRawServer(play)
  const dispatcher: Dispatcher = openDialer({
    allowPrivate: true,
    connectTimeoutMs: 1_000,
    headersTimeoutMs: options.headersTimeoutMs ?? 5_000,
    idleTimeoutMs: options.idleTimeoutMs ?? 5_000,
    connectionsPerMiner: 4,
  })
  try {
    const ask = toyAsk(options)
    const base = toyExchange()
    const miner = { ...base.miner, host: server.host, port: server.port }
    const context = { dispatcher, signer: devKey('Validator'), capBytes: options.capBytes ?? 4_194_304, headNumber: () => 118 }
    const arrival = await askMiner(miner, ask, context, options.signal ?? new AbortController().signal)
    const exchange = { ...base, miner, ask, promptIds: toyPromptIds(ask), arrival }
    return { exchange, arrival, verdict: judge(toyInput(exchange)), server }
  } finally {
    await dispatcher.destroy()
    await server.close()
  }
}

/** `kind reason` of an outcome, as the fault tests compare it. */
export function told({ verdict }: Outcome): string {
  return `${verdict.kind} ${verdict.code}`
}
