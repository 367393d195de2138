import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { connectSubstrateChain } from '../../shared/chain/connect-substrate-chain.ts'
import { devAccounts } from '../../shared/devchain/genesis/dev-accounts.ts'
import type { SubtensorFiles } from './find-subtensor.ts'

export interface RunningChopsticks {
  readonly endpoint: string
  stop(): Promise<void>
}

const startWithinMs = 120_000
/** Blocks of 12 s from here: any date does, but without one the first block fails. */
const genesisTimeMs = 1_750_000_000_000
/** High enough that whatever counts blocks from 0 (a subnet's start, the rate limit of new subnets) is long past. */
const firstHeight = 200_000
const richRao = 9_000_000_000_000_000n
const rich = ['Alice', 'Bob', 'Charlie'] as const

/**
 * Starts the real runtime on a free port of 127.0.0.1: //Alice is its sudo key, //Alice, //Bob and //Charlie are rich. Blocks come
 * one after another in mode `steady`, and only from dev_newBlock in mode `manual`.
 */
export async function startChopsticks(files: SubtensorFiles, mode: 'steady' | 'manual'): Promise<RunningChopsticks> {
  const child = spawn(
    process.execPath,
    [
      files.chopsticks,
      ...['--genesis', files.spec, '--wasm-override', files.runtime, '--timestamp', String(genesisTimeMs)],
      ...['--build-block-mode', 'Manual', '--allow-unresolved-imports', '--host', '127.0.0.1', '--port', '0'],
      ...['--max-memory-block-count', '100000'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  const stopChild = async () => {
    child.kill('SIGKILL')
    await ended
  }
  try {
    const endpoint = await readEndpoint(child)
    await prepareChain(endpoint)
    const stopBlocks = mode === 'steady' ? await makeBlocks(endpoint) : async () => undefined
    return {
      endpoint,
      async stop() {
        await stopBlocks()
        await stopChild()
      },
    }
  } catch (error) {
    await stopChild()
    throw error
  }
}

/** Waits for the line that names the port; what was printed until then goes into the error. */
function readEndpoint(child: ChildProcessByStdio<null, Readable, Readable>): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    const fail = (problem: string) => reject(new Error(`Chopsticks ${problem}:\n${printed.slice(-4000)}`))
    const timer = setTimeout(() => fail(`did not listen within ${startWithinMs} ms`), startWithinMs)
    const onText = (text: Buffer) => {
      if (printed.length < 100_000) printed += String(text)
      const endpoint = /listening on .*?(ws:\/\/127\.0\.0\.1:\d+)/.exec(printed)?.[1]
      if (endpoint === undefined) return
      clearTimeout(timer)
      resolve(endpoint)
    }
    // Both streams stay read for as long as the child lives: a full pipe would stop it.
    child.stdout.on('data', onText)
    child.stderr.on('data', onText)
    child.once('error', error => fail(error.message))
    child.once('exit', code => {
      clearTimeout(timer)
      fail(`ended with code ${code}`)
    })
  })
}

/** The runtime is newer than the spec's state: the state must say that it was upgraded already, else a staged migration panics. */
async function prepareChain(endpoint: string): Promise<void> {
  const chain = await connectSubstrateChain({ endpoint, timeoutMs: 60_000 })
  try {
    const { specName, specVersion } = chain
    const account = { nonce: 0, consumers: 0, providers: 1, sufficients: 0, data: { free: String(richRao), reserved: 0, frozen: 0 } }
    await chain.callRpc('dev_setStorage', [
      {
        System: { LastRuntimeUpgrade: { specVersion, specName }, Account: rich.map(name => [[devAccounts[name]], account]) },
        Sudo: { Key: devAccounts.Alice },
        // 0 would remove the key, and the default of a day of blocks would come back.
        SubtensorModule: { NetworkRateLimit: 1 },
      },
    ])
    // Signatures name the genesis and a block: the state knows the hash of neither before there are two blocks.
    await chain.callRpc('dev_newBlock', [{ count: 1 }])
    await chain.callRpc('dev_newBlock', [{ count: 2, unsafeBlockHeight: firstHeight }])
  } finally {
    await chain.close()
  }
}

/** Makes a block as soon as the last one is made, with a breath in between for whoever reads. */
async function makeBlocks(endpoint: string): Promise<() => Promise<void>> {
  const chain = await connectSubstrateChain({ endpoint, timeoutMs: 60_000 })
  let stopped = false
  const loop = (async () => {
    while (!stopped) {
      await chain.callRpc('dev_newBlock', [{ count: 1 }])
      await new Promise(resolve => setTimeout(resolve, 100))
    }
  })()
  // A fault shows where the tests wait for blocks; here it must only not end the process.
  loop.catch(() => undefined)
  return async () => {
    stopped = true
    await loop.catch(() => undefined)
    await chain.close()
  }
}
