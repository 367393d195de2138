import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ChainPort } from '../../shared/chain/chain-port.ts'
import { connectSubstrateChain } from '../../shared/chain/connect-substrate-chain.ts'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { countOf } from '../../shared/util/count-of.ts'
import { assertAddresses, minerAddress } from './assert-addresses.ts'
import type { CastMiner } from './build-report.ts'
import { type MinerRole, validators as validatorRoles, worldSubnetChanges } from './cast.ts'
import { createActor } from './create-actor.ts'
import { type Child, runChild } from './run-child.ts'
import { setStage } from './set-stage.ts'
import { writeSubnetFile } from './write-subnet-file.ts'

export interface WorldOptions {
  /** Folder for wallets, databases and logs. */
  readonly folder: string
  readonly subnetFile: string
  readonly blockTimeMs: number
  readonly miners: readonly MinerRole[]
  /** Replaces parts of the world's subnet file. */
  readonly subnetChanges?: Partial<SubnetFile>
  /** Starts a miner in another way than as a process of its own, from the arguments of `assay`; null leaves it to the world. */
  startMiner?(role: MinerRole, args: readonly string[], signal: AbortSignal): Promise<Pick<Child, 'stop'>> | null
}

export interface World {
  readonly chain: ChainPort
  /** Where the chain answers, for programs of your own. */
  readonly endpoint: string
  readonly netuid: number
  readonly miners: readonly CastMiner[]
  readonly validators: ReadonlyArray<{ readonly name: string; readonly hotkey: string; readonly address: string }>
  /** Stops every process, the chain last. */
  stop(): Promise<void>
}

const startWithinMs = 120_000

/** Starts a whole subnet as processes over loopback: chain, miners at addresses of their own, validators. */
export async function startWorld(options: WorldOptions, say: (line: string) => void, until: AbortSignal): Promise<World> {
  // One process that does not start ends the wait for all the others.
  const failed = new AbortController()
  const signal = AbortSignal.any([until, failed.signal])
  const addresses = options.miners.map((_, index) => minerAddress(index))
  await assertAddresses(addresses)
  await waitForCrypto()
  const path = (...names: string[]) => join(options.folder, ...names)
  await mkdir(path('logs'), { recursive: true })
  const subnetFile = path('subnet.json')
  const modelFolder = await writeSubnetFile(options.subnetFile, subnetFile, options.subnetChanges)
  const children: Pick<Child, 'stop'>[] = []
  const starting: Promise<unknown>[] = []
  const keep = <T extends Pick<Child, 'stop'>>(child: Promise<T>) => {
    starting.push(
      child.then(
        started => children.push(started),
        () => {},
      ),
    )
    return child
  }
  const start = (name: string, args: readonly string[]) => keep(runChild(name, args, path('logs', `${name}.log`), startWithinMs, signal))
  const startMiner = (role: MinerRole, args: readonly string[]) => {
    const started = options.startMiner?.(role, args, signal) ?? null
    return started === null ? start(role.name, args) : keep(started)
  }
  let chain: ChainPort | undefined
  const stop = async () => {
    await chain?.close()
    const [first, ...rest] = children
    await Promise.all(rest.map(child => child.stop()))
    await first?.stop()
  }
  try {
    say('starting the chain')
    const node = await start('chain', ['chain', '--tmp', '--preset', 'fast', '--port', '0', '--block-time', String(options.blockTimeMs)])
    const connected = await connectSubstrateChain({ endpoint: node.address, signal })
    chain = connected

    say('registering the subnet, its miners and its validators')
    const wallets = path('wallets')
    const owner = await createActor('owner', wallets)
    const minerActors = await Promise.all(options.miners.map(role => createActor(role.name, wallets)))
    const validatorActors = await Promise.all(validatorRoles.map(role => createActor(role.name, wallets)))
    const stakes = validatorRoles.flatMap(({ stakeAlpha }, index) => {
      const actor = validatorActors[index]
      return actor === undefined ? [] : [{ actor, alpha: stakeAlpha }]
    })
    const netuid = await setStage(connected, owner, minerActors, stakes, signal)

    const common = (name: string) => [
      ...['--netuid', String(netuid), '--chain-endpoint', node.address],
      ...['--wallet-path', wallets, '--wallet-name', name, '--wallet-hotkey', 'default', '--data-folder', path('data', name)],
    ]
    say(`starting ${countOf(options.miners.length, 'miner')} and ${countOf(validatorRoles.length, 'validator')}`)
    await Promise.all(
      options.miners.map((role, index) =>
        startMiner(role, [
          ...['miner', 'start', ...common(role.name), '--model-folder', modelFolder, '--token-rate', String(role.tokenRate)],
          ...[
            '--axon-host',
            addresses[index] ?? '',
            '--axon-port',
            '0',
            '--min-caller-stake',
            String(worldSubnetChanges.minCallerStakeRao),
          ],
          ...['--refresh-seconds', '2', ...(role.engine === undefined ? [] : ['--engine', role.engine]), ...(role.flags ?? [])],
        ]),
      ),
    )
    const started = await Promise.all(
      validatorActors.map(async actor => {
        const child = await start(actor.name, [
          'validator',
          'start',
          ...common(actor.name),
          '--subnet-file',
          subnetFile,
          '--allow-private',
          '--status-port',
          '0',
        ])
        return { name: actor.name, hotkey: actor.hotkey.address, address: child.address }
      }),
    )
    const miners = options.miners.map((role, index) => ({ role, hotkey: minerActors[index]?.hotkey.address ?? '' }))
    return { chain: connected, endpoint: node.address, netuid, miners, validators: started, stop }
  } catch (error) {
    failed.abort()
    await Promise.all(starting)
    await stop()
    throw error
  }
}
