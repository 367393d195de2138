import { Agent } from 'node:http'
import { waitForCrypto } from '../../../shared/identity/crypto-ready.ts'
import { pairFromUri } from '../../../shared/identity/key-pair.ts'
import type { MinerSession } from '../../../validator/query/miner-session.ts'
import { openDialer } from '../../../validator/query/open-dialer.ts'
import { openSession } from '../../../validator/query/open-session.ts'
import { genesisHash } from '../../support/session-lab.ts'
import { chatAsk } from '../../support/signed-ask.ts'
import { type Streamed, type StreamTimes, streamAnswer } from './door-client.ts'
import { type MinerAddress, promptText } from './side-messages.ts'

export interface DoorRequest {
  readonly tokens: number
  readonly temperature: number
  /** Likeliest tokens to tell with every chunk; none unless told. */
  readonly topLogProbs?: number
}

/** The caller's side of the miner's two doors. */
export interface DoorCaller {
  /** OpenAI's protocol with an API key. */
  open(request: DoorRequest): Promise<StreamTimes>
  /** A validator's: sealed in a session, every chunk with its digest, the receipt at the end. */
  sealed(request: DoorRequest): Promise<StreamTimes>
  close(): Promise<void>
}

const path = '/v1/chat/completions'
const messages = [{ role: 'user' as const, content: promptText }]

/** Opens what it takes to call the miner of our side. Throws where no session is to be had. */
export async function openDoorCaller({ url, apiKey, hotkey, manifestDigest, model }: MinerAddress): Promise<DoorCaller> {
  await waitForCrypto()
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const session = await sessionWith(url, hotkey)
  const keyed = { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` }
  return {
    open({ tokens, temperature, topLogProbs }) {
      const told = topLogProbs === undefined ? {} : { logprobs: true, top_logprobs: topLogProbs }
      const body = Buffer.from(JSON.stringify({ model, messages, max_tokens: tokens, temperature, stream: true, ...told }))
      return streamAnswer(url, { path, headers: keyed, body }, agent)
    },
    sealed({ tokens, temperature }) {
      const ask = chatAsk(manifestDigest, { model, messages, max_tokens: tokens, temperature, stream: true }, { deadlineMs: 120_000 })
      const { headers, body, reply } = session.seal(path, Buffer.from(JSON.stringify(ask)), Date.now())
      const reader = reply.stream()
      const streamed: Streamed = { path, headers, body, open: bytes => reader.push(bytes) }
      return streamAnswer(url, streamed, agent)
    },
    async close() {
      agent.destroy()
    },
  }
}

async function sessionWith(url: string, hotkey: string): Promise<MinerSession> {
  const { hostname, port } = new URL(url)
  const dispatcher = openDialer({
    ...{ allowPrivate: true, connectTimeoutMs: 10_000, headersTimeoutMs: 10_000, idleTimeoutMs: 10_000, connectionsPerMiner: 1 },
  })
  const miner = { uid: 2, hotkey, coldkey: hotkey, registeredAtBlock: 1, host: hostname, port: Number(port) }
  const parts = { dispatcher, signer: pairFromUri('//Alice'), netuid: 2, genesisHash }
  const opened = await openSession(miner, parts, AbortSignal.timeout(20_000))
  await dispatcher.destroy()
  if (opened === null || !('seal' in opened)) throw new Error(`no session: ${JSON.stringify(opened)}`)
  return opened
}
