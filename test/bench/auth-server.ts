import { createCipheriv, createDecipheriv, createSecretKey, hash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sr25519Verify } from '@polkadot/wasm-crypto'
import Fastify, { type FastifyInstance } from 'fastify'
import { createAttemptBuckets } from '../../miner/admission/attempt-buckets.ts'
import { buildCallers } from '../../miner/admission/callers.ts'
import { type Claim, createGate } from '../../miner/admission/gate.ts'
import { createHandshakeBuckets } from '../../miner/admission/handshake-buckets.ts'
import { createSessionDoor } from '../../miner/admission/open-session-door.ts'
import { createSessions } from '../../miner/admission/open-sessions.ts'
import { openProvenPairs } from '../../miner/admission/proven-pairs.ts'
import { openUsedIds, usedIdsMigrations } from '../../miner/admission/used-ids.ts'
import { answerAsk } from '../../miner/answer-ask.ts'
import { buildServer } from '../../miner/http/build-server.ts'
import { ledgerMigrations, openLedger } from '../../miner/receipts/open-ledger.ts'
import { createReceiptSigner, type ReceiptSigner } from '../../miner/receipts/receipt-signer.ts'
import { createRequestQueue, type RequestQueue } from '../../miner/scheduling/request-queue.ts'
import { createActivity } from '../../miner/status/activity.ts'
import type { Engine } from '../../shared/engine/engine-port.ts'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { createEd25519Key } from '../../shared/identity/ed25519.ts'
import { pairFromUri } from '../../shared/identity/key-pair.ts'
import { openSignaturePool } from '../../shared/identity/open-signature-pool.ts'
import { decodeSs58 } from '../../shared/identity/ss58.ts'
import { type LoadedModel, loadModel } from '../../shared/models/load-model.ts'
import { sealedType } from '../../shared/protocol/session.ts'
import { openDatabase } from '../../shared/storage/open-database.ts'
import { neuron } from '../support/fake-miner-chain.ts'
import { type AuthCommand, type AuthPorts, benchGenesis, callerUris, minerUri } from './auth-messages.ts'

// A process of its own, so that its CPU time is that of the server alone: the miner's own gate and answers without an engine, and beside
// them the same routes with nothing before them.

await waitForCrypto()
const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'))
const hotkey = pairFromUri(minerUri)
const now = { nowMs: () => Date.now(), monotonicMs: () => performance.now() }
const neurons = callerUris.map((uri, uid) => neuron(uid, pairFromUri(uri).hotkey, { validatorPermit: true, totalStakeRao: 10n ** 15n }))
const callers = buildCallers({ neurons }, { selfHotkey: hotkey.hotkey, minStakeRao: 1n, decodeAddress: decodeSs58 })
const usedIds = openUsedIds({ database: openDatabase(join(folder, 'requests.db'), usedIdsMigrations), ...now, keepMs: 10_000 })
const sessions = createSessions({ hotkey, netuid: 2, genesisHash: benchGenesis, lifetimeMs: 3_600_000, ...now })
const signatures = openSignaturePool({ threads: 1 })
const verifyTwice = async (...parts: Parameters<typeof signatures.verify>) =>
  (await signatures.verify(...parts)) && (await signatures.verify(...parts))
const gateOf = (verify: typeof signatures.verify) =>
  createGate({
    ...{ selfHotkey: hotkey.hotkey, netuid: 2, minStakeRao: 1n, window: { pastMs: 60_000, futureMs: 60_000 } },
    ...{ callers: () => callers, usedIds, sessions, signatures: { verify }, ...now },
    attempts: createAttemptBuckets({ ratePerSecond: 1_000_000, ...now, pairs: openProvenPairs(now) }),
  })
const gate = gateOf(signatures.verify)
const sessionDoor = createSessionDoor({
  gate,
  sessions,
  handshakes: createHandshakeBuckets({ ratePerSecond: 1_000, burst: 1_000, ...now }),
})

const text = 'seventeen plus twenty-five is forty-two'
const plainAnswer = {
  ...{ id: 'chatcmpl-0123456789abcdef0123456789abcdef', object: 'chat.completion', created: 1_800_000_000, model: 'assay-tiny' },
  choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 14, completion_tokens: 9, total_tokens: 23 },
}

/** As long as what else stands in a receipt, and in a certificate. */
const receiptFiller = { miner: hotkey.hotkey, validator: hotkey.hotkey, model: 'assay-tiny', requestSeed: 'f'.repeat(64), times: [1, 2, 3] }

/** The routes with which ours are compared: nothing but JSON in and out; the same with AES-256-GCM both ways, and with a signed receipt; and with our gate before it. */
function buildPlainServer(): FastifyInstance {
  const server = Fastify({ logger: false })
  server.removeAllContentTypeParsers()
  server.addContentTypeParser(['application/json', sealedType], { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  const bytesOf = (body: unknown) => (Buffer.isBuffer(body) ? body : Buffer.alloc(0))
  const echo = (body: Uint8Array) => {
    JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString())
    return plainAnswer
  }
  server.post('/plain', async request => echo(bytesOf(request.body)))

  const key = createSecretKey(Buffer.alloc(32, 7))
  let counter = 0
  const nonce = () => {
    const bytes = Buffer.alloc(12)
    bytes.writeUIntBE(counter++, 6, 6)
    return bytes
  }
  const open = (sealed: Buffer): Buffer => {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.alloc(12))
    decipher.setAuthTag(sealed.subarray(-16))
    const plain = decipher.update(sealed.subarray(0, -16))
    decipher.final()
    return plain
  }
  const seal = (text: string): Buffer => {
    const cipher = createCipheriv('aes-256-gcm', key, nonce())
    return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()])
  }
  server.post('/floor', async (request, reply) => {
    const answer = echo(open(bytesOf(request.body)))
    return reply.type(sealedType).send(seal(JSON.stringify(answer)))
  })
  // The least that an answer with a receipt needs: the digests that it states, its own, one signature, all of it written once.
  const signer = createEd25519Key()
  server.post('/answered-floor', async (request, reply) => {
    const answer = echo(open(bytesOf(request.body)))
    const digests = Array.from({ length: 6 }, (_, index) => hash('sha256', `${text} ${index} ${counter}`, 'hex'))
    const receipt = { ...digests, ...receiptFiller, tokenIds: Buffer.from(text).toString('base64') }
    const bytes = Buffer.from(JSON.stringify(receipt))
    const assay = {
      receipt,
      previous: hash('sha256', bytes, 'hex'),
      signature: signer.sign(bytes).toString('hex'),
      certificate: receiptFiller,
    }
    return reply.type(sealedType).send(seal(JSON.stringify({ ...answer, assay })))
  })

  const claims = new WeakMap<object, Claim>()
  for (const [path, before] of [
    ['/gated', gate],
    ['/gated-twice', gateOf(verifyTwice)],
  ] as const)
    server.post(path, {
      async onRequest(request) {
        claims.set(request, before.checkHeaders(request.headers, request.ip))
      },
      async handler(request, reply) {
        const claim = claims.get(request)
        if (claim === undefined) throw new Error('no claim')
        const { body, reply: sealer } = await before.prove(claim, { method: 'POST', path: request.url, body: bytesOf(request.body) })
        const answer = echo(body)
        if (sealer === null) return answer
        return reply.type(sealedType).send(sealer.whole(Buffer.from(JSON.stringify(answer))))
      },
    })
  return server
}

const model = await loadModel(fileURLToPath(new URL('../../config/models/assay-tiny', import.meta.url)))
const tokenIds = [...model.promptIdsOf({ prompt: text }).slice(0, 8), 2]
const logProbs = Float32Array.from(tokenIds, (_, index) => -0.1 * index)
const engine: Engine = {
  ...{ manifestDigest: model.manifestDigest, provider: 'none' },
  generate: async () => ({ tokenIds, logProbs, finishReason: 'stop' }),
  score: () => Promise.reject(new Error('a miner scores nothing')),
  close: async () => {},
}

/** What stands around the engine. */
interface Around {
  readonly queue: RequestQueue
  readonly model: LoadedModel
}

/** The miner's whole server, its receipts signed by `receiptSigner`. */
function buildMinerServer(name: string, receiptSigner: ReceiptSigner, { queue, model }: Around): FastifyInstance {
  const context = {
    ...{ netuid: 2, hotkey, receiptSigner, nowMs: now.nowMs, activity: createActivity(now.monotonicMs) },
    findServing: () => ({ engine, model }),
    budget: { setShares: () => {}, assertOpen: () => {}, charge: () => {}, refund: () => {} },
    queue,
    shelf: { keep: () => {} },
    offers: { digestFor: () => null },
    ledger: openLedger(openDatabase(join(folder, `${name}.db`), ledgerMigrations)),
  }
  const refuse = () => Promise.reject(new Error('not here'))
  return buildServer({
    ...{ gate, sessionDoor, keys: null, complete: refuse, embed: refuse, infer: refuse, models: () => [], ...now },
    answer: (arrived, onPiece) => answerAsk(arrived, context, onPiece),
    open: () => {
      throw new Error('not here')
    },
    offer: () => null,
    health: () => {
      throw new Error('not here')
    },
    status: () => {
      throw new Error('not here')
    },
    statusAccess: 'off',
    metrics: { contentType: 'text/plain', metrics: async () => '' },
    onRefusal: (code, _status, error) => process.stderr.write(`${code} ${String(error)}\n`),
  })
}

const certified = createReceiptSigner({ hotkey, netuid: 2, nowMs: now.nowMs })
const slow: ReceiptSigner = {
  current: () => ({ ...certified.current(), sign: bytes => `0x${Buffer.from(hotkey.sign(bytes)).toString('hex')}` }),
}
const queue = createRequestQueue({ limit: 1_000, concurrency: 64, rate: () => 1e9, monotonicMs: now.monotonicMs })
// Queue and tokenizer belong to the engine: with that they are left out, but for the whole.
const without: Around = {
  queue: { ...queue, add: job => job.run(job.signal) },
  model: { ...model, tokenizer: { ...model.tokenizer, decode: ids => 'word '.repeat(ids.length) } },
}
const servers = [
  buildPlainServer(),
  buildMinerServer('certified', certified, without),
  buildMinerServer('hotkey', slow, without),
  buildMinerServer('whole', certified, { queue, model }),
]
const portOf = async (server: FastifyInstance) => Number(new URL(await server.listen({ host: '127.0.0.1', port: 0 })).port)
const [plain = 0, miner = 0, hotkeyMiner = 0, wholeMiner = 0] = await Promise.all(servers.map(portOf))

process.on('message', (command: AuthCommand) => {
  if (command === 'stop') {
    rmSync(folder, { recursive: true, force: true })
    process.exit(0)
  }
  if (command === 'cpu') {
    const { user, system } = process.cpuUsage()
    process.send?.(user + system)
    return
  }
  // The bare primitive, in the process whose requests it is compared with.
  const message = Buffer.alloc(128, 7)
  const signature = hotkey.sign(message)
  for (let index = 0; index < command.verify; index++)
    if (!sr25519Verify(signature, message, hotkey.publicKey)) throw new Error('a good signature was refused')
  process.send?.('done')
})
const ports: AuthPorts = { plain, miner, hotkeyMiner, wholeMiner, manifestDigest: model.manifestDigest, hotkey: hotkey.hotkey }
process.send?.(ports)
