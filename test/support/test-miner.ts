import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type RunningMiner, startMiner } from '../../miner/miner.ts'
import type { MinerModules } from '../../miner/modules.ts'
import { minerOptions } from '../../miner/options.ts'
import type { Neuron } from '../../shared/chain/chain-port.ts'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { type KeyPair, pairFromUri } from '../../shared/identity/key-pair.ts'
import { type LoadedModel, loadModel } from '../../shared/models/load-model.ts'
import { loadSettings } from '../../shared/settings/load-settings.ts'
import { type FakeMinerChain, fakeMinerChain, neuron } from './fake-miner-chain.ts'
import type { RawRequest } from './signed-ask.ts'
import { type ToyEngine, toyEngine } from './toy-engine.ts'

export const tinyModelFolder = fileURLToPath(new URL('../../config/models/assay-tiny', import.meta.url))

/** The cast of these tests: a miner, two validators, a neighbour miner and a stranger. */
export interface Cast {
  readonly miner: KeyPair
  readonly validator: KeyPair
  readonly lesser: KeyPair
  readonly neighbour: KeyPair
  readonly stranger: KeyPair
}

export interface TestMiner {
  readonly running: RunningMiner
  readonly cast: Cast
  readonly chain: FakeMinerChain
  readonly engine: ToyEngine
  readonly model: LoadedModel
  readonly folder: string
  send(request: RawRequest): Promise<Reply>
  get(path: string): Promise<Reply>
  /** The value of one figure on /metrics; 0 where it is not there. */
  figure(name: string): Promise<number>
  /** Stops it and forgets its folder unless told to keep it. */
  stop(keepFolder?: boolean): Promise<void>
}

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly bytes: Buffer
  readonly text: string
  readonly json: unknown
  readonly elapsedMs: number
}

export interface TestMinerOptions {
  readonly flags?: Readonly<Record<string, unknown>>
  readonly modules?: Partial<MinerModules>
  readonly folder?: string
  readonly neurons?: (cast: Cast) => Neuron[]
}

const alpha = 1_000_000_000n

/** The keys, once the signing code is ready. */
export async function openCast(): Promise<Cast> {
  await waitForCrypto()
  const [miner, validator, lesser, neighbour, stranger] = ['//Miner', '//Alice', '//Bob', '//Charlie', '//Dave'].map(pairFromUri) as [
    KeyPair,
    KeyPair,
    KeyPair,
    KeyPair,
    KeyPair,
  ]
  return { miner, validator, lesser, neighbour, stranger }
}

/** Two validators with 60 and 40 % of the stake, the miner, and a neighbour that earned so much that it has a permit. */
export function castNeurons(cast: Cast): Neuron[] {
  return [
    neuron(0, cast.validator.hotkey, { validatorPermit: true, totalStakeRao: 60_000n * alpha }),
    neuron(1, cast.lesser.hotkey, { validatorPermit: true, totalStakeRao: 40_000n * alpha }),
    neuron(2, cast.miner.hotkey),
    neuron(3, cast.neighbour.hotkey, { validatorPermit: true, totalStakeRao: 2_000n * alpha, incentive: 30_000 }),
  ]
}

/** Starts a real miner on a free port of 127.0.0.1, with the real model's tokenizer, an engine without a model and a chain in memory. */
export async function startTestMiner(options: TestMinerOptions = {}): Promise<TestMiner> {
  const cast = await openCast()
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'assay-miner-')))
  const model = await loadModel(tinyModelFolder)
  const engine = toyEngine(model.manifestDigest)
  const chain = fakeMinerChain((options.neurons ?? castNeurons)(cast))
  const flags = {
    netuid: 2,
    modelFolder: tinyModelFolder,
    axonHost: '127.0.0.1',
    axonPort: 0,
    dataFolder: folder,
    logLevel: 'silent',
    tokenRate: 100_000,
    ...options.flags,
  }
  const modules: MinerModules = {
    connectChain: async () => chain,
    loadModel: async () => model,
    openEngine: async () => ({ engine }),
    readHotkey: async () => cast.miner,
    readColdkey: async () => cast.stranger,
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    ...options.modules,
  }
  const running = await startMiner(loadSettings(minerOptions, { flags }), modules)
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  const send = (request: RawRequest) => sendRaw(running.url, request, agent)
  const get = (path: string) => send({ method: 'GET', path, headers: {}, body: new Uint8Array() })
  return {
    ...{ running, cast, chain, engine, model, folder, send, get },
    async figure(name) {
      const { text } = await get('/metrics')
      const line = text
        .split('\n')
        .find(candidate => candidate.startsWith(`${name} `) || (candidate.startsWith(`${name}{`) && candidate.includes(' ')))
      return line === undefined ? 0 : Number(line.slice(line.lastIndexOf(' ') + 1))
    },
    async stop(keepFolder = false) {
      agent.destroy()
      await running.stop()
      if (!keepFolder) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Sends one request over a real socket and reads the reply whole. */
export async function sendRaw(url: string, { method, path, headers, body }: RawRequest, agent?: Agent): Promise<Reply> {
  const started = performance.now()
  return await new Promise<Reply>((resolve, reject) => {
    const outgoing = httpRequest(
      `${url}${path}`,
      { method, headers: { ...headers, 'content-length': body.length }, ...(agent && { agent }) },
      response => {
        const pieces: Buffer[] = []
        response.on('data', (piece: Buffer) => pieces.push(piece))
        response.on('error', reject)
        response.on('end', () => {
          const bytes = Buffer.concat(pieces)
          const text = bytes.toString('utf8')
          const elapsedMs = performance.now() - started
          resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes, text, json: jsonOf(text), elapsedMs })
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** The code in an error body; undefined where the reply is none. */
export function codeOf(reply: Reply): string | undefined {
  const { json } = reply
  const error = typeof json === 'object' && json !== null && 'error' in json ? json.error : undefined
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
