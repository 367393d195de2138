import { createServer } from 'node:net'
import { join } from 'node:path'
import { createActor } from '../../owner/world/create-actor.ts'
import { type Child, runChild } from '../../owner/world/run-child.ts'
import { setStage } from '../../owner/world/set-stage.ts'
import { writeSubnetFile } from '../../owner/world/write-subnet-file.ts'
import { connectSubstrateChain, type SubstrateChain } from '../../shared/chain/connect-substrate-chain.ts'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { root } from '../house/list-sources.ts'

export type Role = 'chain' | 'miner' | 'validator'

/** A chain, a miner and a validator as processes that can be killed and started again as they were. */
export interface Stage {
  readonly chain: SubstrateChain
  readonly netuid: number
  readonly validatorFolder: string
  readonly minerFolder: string
  readonly chainFile: string
  readonly subnetFile: string
  readonly minerHotkey: string
  /** kill -9 and the start of the same command. */
  restart(role: Role): Promise<void>
  stop(): Promise<void>
}

const startWithinMs = 120_000

/** Sets the stage in a folder, on loopback, with ports of its own that stay the same over restarts. */
export async function openStage(folder: string, blockTimeMs: number, signal: AbortSignal): Promise<Stage> {
  await waitForCrypto()
  const [chainPort, minerPort, statusPort] = [await freePort('127.0.0.1'), await freePort('127.0.0.2'), await freePort('127.0.0.1')]
  const path = (...names: string[]) => join(folder, ...names)
  const subnetFile = path('subnet.json')
  const modelFolder = await writeSubnetFile(join(root, 'config/subnet.json'), subnetFile)
  const endpoint = `ws://127.0.0.1:${chainPort}`
  const commands: Record<Role, string[]> = {
    chain: [
      'chain',
      '--path',
      path('chain.sqlite'),
      '--preset',
      'fast',
      '--port',
      String(chainPort),
      '--block-time',
      String(blockTimeMs),
      '--history',
      '100000',
    ],
    miner: [],
    validator: [],
  }
  const children = new Map<Role, Child>()
  const start = async (role: Role) => {
    children.set(role, await runChild(role, commands[role], path(`${role}.log`), startWithinMs, signal))
  }
  await start('chain')
  const chain = await connectSubstrateChain({ endpoint, signal })
  const wallets = path('wallets')
  const [owner, miner, validator] = [
    await createActor('owner', wallets),
    await createActor('miner', wallets),
    await createActor('validator', wallets),
  ]
  const netuid = await setStage(chain, owner, [miner], [{ actor: validator, alpha: 50_000 }], signal)
  const common = (name: string) => [
    ...['--netuid', String(netuid), '--chain-endpoint', endpoint, '--wallet-path', wallets, '--wallet-name', name],
    ...['--data-folder', path('data', name), '--log-level', 'warn'],
  ]
  commands.miner = [
    'miner',
    'start',
    ...common('miner'),
    '--model-folder',
    modelFolder,
    '--axon-host',
    '127.0.0.2',
    '--axon-port',
    String(minerPort),
    '--token-rate',
    '120',
    '--refresh-seconds',
    '1',
  ]
  commands.validator = [
    'validator',
    'start',
    ...common('validator'),
    '--subnet-file',
    subnetFile,
    '--allow-private',
    '--status-port',
    String(statusPort),
  ]
  await start('miner')
  await start('validator')
  return {
    chain,
    netuid,
    validatorFolder: path('data', 'validator'),
    minerFolder: path('data', 'miner'),
    chainFile: path('chain.sqlite'),
    subnetFile,
    minerHotkey: miner.hotkey.address,
    async restart(role) {
      const child = children.get(role)
      if (child === undefined) throw new Error(`${role} does not run`)
      process.kill(child.pid, 'SIGKILL')
      await child.exited
      await start(role)
    },
    async stop() {
      await chain.close()
      await Promise.all([...children.values()].map(child => child.stop()))
    },
  }
}

function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, host, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
