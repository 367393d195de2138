import { type ChildProcess, fork } from 'node:child_process'
import { createCipheriv, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Pool } from 'undici'
import { waitForCrypto } from '../../../shared/identity/crypto-ready.ts'
import { pairFromUri } from '../../../shared/identity/key-pair.ts'
import { openSession } from '../../../validator/query/open-session.ts'
import { signRequest } from '../../../validator/query/sign-request.ts'
import { type AuthCommand, type AuthPorts, benchGenesis, callerUris } from '../auth-messages.ts'
import type { Figure } from '../figure.ts'
import { intervalOf, type Ratio } from '../measure-ratio.ts'

/** One request as it goes out. */
interface Sendable {
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: Uint8Array
}

/** One kind of request: all of a measurement are made before it, because making them is the caller's work. */
interface Side {
  readonly pool: Pool
  make(index: number): Sendable
}

const inFlight = 32
const rounds = 11
const dropped = 2
const bodyBytes = 913

/** CPU of the server for each request, in microseconds, by reading its clock before and after. */
async function cpuPerRequest(server: ChildProcess, { pool, make }: Side, count: number): Promise<number> {
  const requests = Array.from({ length: count }, (_, index) => make(index))
  let next = 0
  const before = await ask(server, 'cpu')
  const lane = async () => {
    for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
      const { statusCode, body } = await pool.request({ method: 'POST', ...request })
      if (statusCode !== 200) throw new Error(`${request.path}: ${statusCode} ${await body.text()}`)
      await body.dump()
    }
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
  return ((await ask(server, 'cpu')) - before) / count
}

/** Code reaches its speed after thousands of requests; before that a ratio says how fast each side got there. */
async function warmUp(server: ChildProcess, sides: readonly Side[], count = 6_000): Promise<void> {
  for (const side of sides) await cpuPerRequest(server, side, count)
}

async function ask(server: ChildProcess, command: AuthCommand): Promise<number> {
  const answered = once(server, 'message')
  server.send(command)
  const [answer] = await answered
  return Number(answer)
}

/** Measures sides in turn, forwards and back, and hands each round's means to `ratioOf`. */
async function measureSides(
  server: ChildProcess,
  sides: readonly Side[],
  count: number,
  ratiosOf: readonly ((cpu: readonly number[]) => number)[],
): Promise<Ratio[]> {
  await warmUp(server, sides)
  const ratios: number[][] = ratiosOf.map(() => [])
  for (let round = 0; round < rounds; round++) {
    const cpu = sides.map(() => 0)
    const order = [...sides.keys(), ...[...sides.keys()].reverse()]
    for (const side of order) {
      const measured = sides[side]
      if (measured !== undefined) cpu[side] = (cpu[side] ?? 0) + (await cpuPerRequest(server, measured, count)) / 2
    }
    if (round >= dropped) for (const [index, ratioOf] of ratiosOf.entries()) ratios[index]?.push(ratioOf(cpu))
  }
  return ratios.map(intervalOf)
}

/** The miner's authentication and receipts over the same request with neither, client and server in processes of their own. */
export async function measure(): Promise<Figure[]> {
  await waitForCrypto()
  const server = fork(fileURLToPath(new URL('../auth-server.ts', import.meta.url)), [], { serialization: 'json' })
  try {
    const [ports]: AuthPorts[] = await once(server, 'message')
    if (ports === undefined) throw new Error('the server did not start')
    return await measureAt(server, ports)
  } finally {
    server.send('stop')
    await once(server, 'exit')
  }
}

async function measureAt(server: ChildProcess, ports: AuthPorts): Promise<Figure[]> {
  const poolOf = (port: number) => new Pool(`http://127.0.0.1:${port}`, { connections: inFlight, pipelining: 1 })
  const pools = {
    plain: poolOf(ports.plain),
    miner: poolOf(ports.miner),
    hotkeyMiner: poolOf(ports.hotkeyMiner),
    whole: poolOf(ports.wholeMiner),
  }
  const pairs = callerUris.map(pairFromUri)
  const pairAt = (index: number) => pairs[index % pairs.length] ?? pairFromUri('//Alice')

  const chat = (size: number) => {
    const body = askBody(ports.manifestDigest, { messages: [{ role: 'user', content: '' }] })
    return { ...body, messages: [{ role: 'user', content: 'x'.repeat(Math.max(0, size - JSON.stringify(body).length)) }] }
  }
  const chatBytes = Buffer.from(JSON.stringify(chat(bodyBytes)))
  const json = { 'content-type': 'application/json' }

  const miner = { uid: 0, hotkey: ports.hotkey, coldkey: ports.hotkey, registeredAtBlock: 1, host: '127.0.0.1', port: ports.miner }
  const parts = { dispatcher: pools.miner, signer: pairAt(0), netuid: 2, genesisHash: benchGenesis }
  const session = await openSession(miner, parts, AbortSignal.timeout(10_000))
  if (session === null || !('seal' in session)) throw new Error(`no session: ${JSON.stringify(session)}`)

  const cipher = createCipheriv('aes-256-gcm', Buffer.alloc(32, 7), Buffer.alloc(12))
  const floorBytes = Buffer.concat([cipher.update(chatBytes), cipher.final(), cipher.getAuthTag()])
  const plain: Side = { pool: pools.plain, make: () => ({ path: '/plain', headers: json, body: chatBytes }) }
  const floorAt = (path: string): Side => ({
    pool: pools.plain,
    make: () => ({ path, headers: { 'content-type': 'application/vnd.assay.sealed' }, body: floorBytes }),
  })
  const sealed = (pool: Pool, path: string, bodyOf: () => Uint8Array): Side => ({
    pool,
    make: () => ({ path, ...session.seal(path, bodyOf(), Date.now()) }),
  })
  const inSession = sealed(pools.plain, '/gated', () => chatBytes)
  const signed = (path: string): Side => ({
    pool: pools.plain,
    make(index) {
      const id = randomBytes(16).toString('hex')
      const headers = signRequest({ receiver: ports.hotkey, path, body: chatBytes, id, timeMs: Date.now() }, pairAt(index))
      return { path, headers, body: chatBytes }
    },
  })
  const completion = () =>
    Buffer.from(JSON.stringify(askBody(ports.manifestDigest, { prompt: Array.from({ length: 14 }, (_, id) => 40 + id) })))
  const answered = sealed(pools.miner, '/v1/completions', completion)
  const answeredByHotkey = sealed(pools.hotkeyMiner, '/v1/completions', completion)
  const answeredWhole = sealed(pools.whole, '/v1/completions', completion)

  const over = (side: number, base: number) => (cpu: readonly number[]) => (cpu[side] ?? Number.NaN) / (cpu[base] ?? Number.NaN)
  const [sessionRatio, floorRatio, answeredRatio, controlAnswered, wholeRatio, answeredFloor] = await measureSides(
    server,
    [plain, inSession, floorAt('/floor'), answered, answeredByHotkey, answeredWhole, floorAt('/answered-floor')],
    800,
    [over(1, 0), over(2, 0), over(3, 0), over(4, 0), over(5, 0), over(6, 0)],
  )
  const primitive = async () => {
    const before = await ask(server, 'cpu')
    await ask(server, { verify: 200 })
    return ((await ask(server, 'cpu')) - before) / 200
  }
  const [authRatio, twiceRatio, controlSession] = await measureSigned(
    server,
    { plain, signed: signed('/gated'), twice: signed('/gated-twice') },
    primitive,
  )
  await Promise.all(Object.values(pools).map(pool => pool.destroy()))
  const figures = [
    figure('session-auth-over-plain', sessionRatio, 'CPU of a request of 913 bytes inside a session over the same without; target 1.8'),
    figure('session-floor-over-plain', floorRatio, 'the same with bare AES-256-GCM both ways: the floor'),
    figure('session-control-over-plain', controlSession, 'negative control: a signature for each request must miss the target of 1.8'),
    figure(
      'answered-request-over-plain',
      answeredRatio,
      'request in a session, answer and signed receipt, without engine, queue and tokenizer, over plain JSON; target 5',
    ),
    figure(
      'answered-floor-over-plain',
      answeredFloor,
      'bare AES-256-GCM both ways, seven SHA-256, one ed25519 signature, JSON once: the floor of the same',
    ),
    figure('answered-whole-over-plain', wholeRatio, 'the same with queue and tokenizer; reported'),
    figure(
      'answered-control-over-plain',
      controlAnswered,
      'negative control: receipts signed by the hotkey itself must miss the target of 5',
    ),
    figure(
      'sr25519-auth-over-wasm',
      authRatio,
      '(signed request - plain one) over one bare check by wasm-crypto, with the way to the thread; target 1.25',
    ),
    figure('sr25519-auth-twice-over-wasm', twiceRatio, 'negative control: checking twice must miss the target of 1.25'),
  ]
  assertMissed(controlSession, 1.8, 'a signature for each request')
  assertMissed(controlAnswered, 5, 'receipts signed by the hotkey')
  assertMissed(twiceRatio, 1.25, 'checking twice')
  return figures
}

/** Signed requests against plain ones and the bare primitive, all in each round. */
async function measureSigned(
  server: ChildProcess,
  sides: { readonly plain: Side; readonly signed: Side; readonly twice: Side },
  primitive: () => Promise<number>,
): Promise<Ratio[]> {
  const ratios: [number[], number[], number[]] = [[], [], []]
  const count = 200
  await warmUp(server, [sides.plain, sides.signed, sides.twice], 2_000)
  for (let round = 0; round < rounds; round++) {
    const mean = { plain: 0, signed: 0, twice: 0, primitive: 0 }
    for (const side of ['plain', 'signed', 'twice', 'twice', 'signed', 'plain'] as const) {
      mean[side] += (await cpuPerRequest(server, sides[side], count)) / 2
      mean.primitive += (await primitive()) / 6
    }
    if (round < dropped) continue
    ratios[0].push((mean.signed - mean.plain) / mean.primitive)
    ratios[1].push((mean.twice - mean.plain) / mean.primitive)
    ratios[2].push(mean.signed / mean.plain)
  }
  return ratios.map(intervalOf)
}

function askBody(manifestDigest: string, source: object): object {
  return {
    ...{ model: 'assay-tiny', ...source, max_tokens: 16, temperature: 1 },
    assay: {
      ...{ requestId: randomBytes(16).toString('hex'), netuid: 2, manifestDigest, requestSeed: randomBytes(32).toString('hex') },
      ...{ scope: 'miner', choice: 0, deadlineBlock: 100, deadlineMs: 10_000 },
    },
  }
}

function figure(name: string, ratio: Ratio | undefined, note: string): Figure {
  if (ratio === undefined) throw new Error(`${name} was not measured`)
  return { name, ...ratio, unit: 'ratio', note }
}

function assertMissed(control: Ratio | undefined, target: number, what: string): void {
  if (control === undefined || control.low <= target)
    throw new Error(`the negative control, ${what}, read ${control?.low}: this run cannot tell ${target} from it`)
}
