// Nothing of our client is used here: this is what any program of the field does with the library.
import { ApiPromise, Keyring, WsProvider } from '@polkadot/api'
import type { SubmittableExtrinsic } from '@polkadot/api/types'
import type { KeyringPair } from '@polkadot/keyring/types'
import type { ProviderInterface } from '@polkadot/rpc-provider/types'
import type { EventRecord } from '@polkadot/types/interfaces'
import { cryptoWaitReady } from '@polkadot/util-crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type StartedChain, startChainProcess } from '../support/run-assay.ts'

const tao = 1_000_000_000n

describe('a plain @polkadot/api script against assay chain', () => {
  let node: StartedChain
  let api: ApiPromise
  let alice: KeyringPair
  let bob: KeyringPair
  let netuid = 0

  beforeAll(async () => {
    await cryptoWaitReady()
    const keyring = new Keyring({ type: 'sr25519' })
    alice = keyring.addFromUri('//Alice')
    bob = keyring.addFromUri('//Bob')
    node = await startChainProcess(['--tmp', '--port', '0', '--block-time', '250', '--preset', 'fast'])
    // The library's own provider does not fit its own option under our strict optional properties.
    const provider = new WsProvider(node.url) as ProviderInterface
    api = await ApiPromise.create({ provider, noInitWarn: true, throwOnConnect: true })
  })
  afterAll(async () => {
    await api?.disconnect()
    await node?.stop()
  })

  /** Sends a call and gives the events of its own when a block holds it; rejects with the named error of the module or of the pool. */
  function send(call: SubmittableExtrinsic<'promise'>, pair: KeyringPair): Promise<EventRecord[]> {
    return new Promise((resolve, reject) => {
      call
        .signAndSend(pair, { nonce: -1 }, ({ status, events, dispatchError }) => {
          if (dispatchError?.isModule) return reject(new Error(api.registry.findMetaError(dispatchError.asModule).name))
          if (dispatchError) return reject(new Error(dispatchError.toString()))
          if (status.isInBlock) resolve(events)
        })
        .catch(reject)
    })
  }

  /** The library types calls from metadata at run time only. */
  function call(pallet: string, name: string, ...args: unknown[]): SubmittableExtrinsic<'promise'> {
    const make = api.tx[pallet]?.[name]
    if (make === undefined) throw new Error(`the chain has no ${pallet}.${name}`)
    return make(...args)
  }

  const names = (events: EventRecord[]) => events.map(({ event }) => `${event.section}.${event.method}`)

  it('connects, and sees a Subtensor node', () => {
    expect(api.runtimeVersion.specName.toString()).toBe('node-subtensor')
    expect(api.registry.chainSS58).toBe(42)
    expect(api.tx.subtensorModule?.setWeights).toBeDefined()
  })

  it('transfers, and sees the event and the balance', async () => {
    const to = new Keyring({ type: 'sr25519' }).addFromUri('//Nobody').address
    expect(names(await send(call('balances', 'transferKeepAlive', to, 5n * tao), alice))).toContain('balances.Transfer')
    const account = await api.query.system?.account?.(to)
    expect(account?.toJSON()).toMatchObject({ data: { free: Number(5n * tao) } })
  })

  it('founds a subnet and registers a hotkey in it', async () => {
    const founded = await send(call('subtensorModule', 'registerNetwork', alice.address), alice)
    const added = founded.find(({ event }) => event.method === 'NetworkAdded')
    netuid = Number(added?.event.data[0]?.toString())
    expect(netuid).toBeGreaterThan(0)
    expect(names(await send(call('subtensorModule', 'startCall', netuid), alice))).toContain('system.ExtrinsicSuccess')
    expect(names(await send(call('subtensorModule', 'burnedRegister', netuid, bob.address), bob))).toContain(
      'subtensorModule.NeuronRegistered',
    )
  })

  it('sees the module’s error by name', async () => {
    await expect(send(call('subtensorModule', 'burnedRegister', netuid, bob.address), bob)).rejects.toThrowError(
      'HotKeyAlreadyRegisteredInSubNet',
    )
  })

  it('learns that weights must be committed, and where the subnet takes them in the open sets them, sees the event, and reads them back', async () => {
    const uid = Number((await api.query.subtensorModule?.uids?.(netuid, alice.address))?.toString())
    const plain = call('subtensorModule', 'setWeights', netuid, [uid], [65_535], 0)
    await expect(send(plain, alice)).rejects.toThrowError('CommitRevealEnabled')
    await send(call('sudo', 'sudo', call('adminUtils', 'sudoSetCommitRevealWeightsEnabled', netuid, false)), alice)
    const events = await send(call('subtensorModule', 'setWeights', netuid, [uid], [65_535], 0), alice)
    expect(names(events)).toContain('subtensorModule.WeightsSet')
    expect((await api.query.subtensorModule?.weights?.(netuid, uid))?.toJSON()).toEqual([[uid, 65_535]])
  })

  it('sees the error by name where a hotkey that is not registered sets weights', async () => {
    const stranger = new Keyring({ type: 'sr25519' }).addFromUri('//Stranger')
    await expect(send(call('subtensorModule', 'setWeights', netuid, [0], [1], 0), stranger)).rejects.toThrowError(
      'HotKeyNotRegisteredInSubNet',
    )
  })

  it('sees the pool’s refusal by number where an address is none that can be served', async () => {
    const loopback = 0x7f00_0001
    await expect(send(call('subtensorModule', 'serveAxon', netuid, 1, loopback, 8091, 4, 4, 0, 0), bob)).rejects.toThrowError(
      '1010: Invalid Transaction: Custom error: 11',
    )
  })

  it('sees the pool’s refusal of a payment that the balance does not cover', async () => {
    const poor = new Keyring({ type: 'sr25519' }).addFromUri('//Poor')
    await expect(send(call('balances', 'transferKeepAlive', alice.address, 1n), poor)).rejects.toThrowError(
      /1010: Invalid Transaction: Inability to pay some fees/,
    )
  })

  it('reads the subnet through the runtime calls that the metadata declares', async () => {
    const metagraph = await api.call.subnetInfoRuntimeApi?.getMetagraph?.(netuid)
    const json = metagraph?.toJSON()
    expect(json).toMatchObject({ netuid, hotkeys: [alice.address, bob.address] })
    const next = await api.call.subnetInfoRuntimeApi?.getNextEpochStartBlock?.(netuid)
    expect(Number(next?.toString())).toBeGreaterThan(0)
  })

  it('follows new heads and finalised heads', async () => {
    const best = await new Promise<number>(resolve => {
      const unsubscribe = api.rpc.chain.subscribeNewHeads(header => {
        void unsubscribe.then(stop => stop())
        resolve(header.number.toNumber())
      })
    })
    const finalised = (await api.rpc.chain.getHeader(await api.rpc.chain.getFinalizedHead())).number.toNumber()
    expect(best).toBeGreaterThan(finalised)
  })
})
