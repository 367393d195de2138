import { beforeAll, describe, expect, it } from 'vitest'
import { announceAxon } from '../../../../miner/chain/announce-axon.ts'
import { joinSubnet } from '../../../../miner/chain/join-subnet.ts'
import { externalAddress } from '../../../../miner/external-address.ts'
import { minerOptions } from '../../../../miner/options.ts'
import { loadSettings } from '../../../../shared/settings/load-settings.ts'
import { fakeMinerChain, neuron } from '../../../support/fake-miner-chain.ts'
import { type Cast, openCast } from '../../../support/test-miner.ts'

describe('a miner’s place on the subnet', () => {
  let cast: Cast
  beforeAll(async () => {
    cast = await openCast()
  })
  const signal = new AbortController().signal
  const said: string[] = []
  const say = (text: string) => void said.push(text)
  const join = (chain: ReturnType<typeof fakeMinerChain>, register: boolean) =>
    joinSubnet({ chain, netuid: 2, hotkey: cast.miner.hotkey, openColdkey: register ? async () => cast.stranger : null, say, signal })
  const announce = async (chain: ReturnType<typeof fakeMinerChain>) =>
    announceAxon(await chain.readMetagraph(2), { chain, netuid: 2, hotkey: cast.miner, address: { host: '192.0.2.7', port: 8091 }, signal })

  it('registers only where it was told to', async () => {
    const chain = fakeMinerChain([])
    await expect(join(chain, false)).rejects.toMatchObject({ code: 'MINER_NOT_REGISTERED' })
    expect((await join(chain, true)).neurons.map(({ hotkey }) => hotkey)).toEqual([cast.miner.hotkey])
    await join(chain, true)
    expect(chain.registered).toEqual([cast.miner.hotkey])
  })

  it('says what registering costs before it pays, and which uid that gave', async () => {
    said.length = 0
    await join(fakeMinerChain([]), true)
    expect(said).toEqual([
      `registering ${cast.miner.hotkey} on subnet 2 for about 0.000000001 TAO of ${cast.stranger.hotkey}`,
      `registered: ${cast.miner.hotkey} is uid 0 of subnet 2`,
    ])
  })

  it.each(['127.0.0.1', '::1', '255.255.255.255'])('pays for no registration with the address %s, which the chain refuses', host => {
    const flags = { netuid: 2, modelFolder: 'model', externalHost: host }
    expect(() => externalAddress(loadSettings(minerOptions, { flags: { ...flags, register: true } }), 1)).toThrow(`cannot dial ${host}`)
  })

  it('says why the chain did not register it', async () => {
    const chain = fakeMinerChain([])
    chain.refuseWith = 'NotEnoughBalanceToStake'
    await expect(join(chain, true)).rejects.toThrow('NotEnoughBalanceToStake')
  })

  it('announces an address once, and again when the chain shows another', async () => {
    const chain = fakeMinerChain([neuron(0, cast.miner.hotkey)])
    expect([await announce(chain), await announce(chain)]).toEqual([true, true])
    chain.neurons = [neuron(0, cast.miner.hotkey, { axon: { host: '192.0.2.7', port: 9000 } })]
    await announce(chain)
    expect(chain.served).toHaveLength(2)
  })

  it('waits where the chain limits the rate, and gives up where the address is refused', async () => {
    const chain = fakeMinerChain([neuron(0, cast.miner.hotkey)])
    chain.refuseWith = 'ServingRateLimitExceeded'
    expect(await announce(chain)).toBe(false)
    chain.refuseWith = 'InvalidIpAddress'
    await expect(announce(chain)).rejects.toMatchObject({ code: 'MINER_AXON' })
  })

  it('announces the address it listens at, or the one that it is told to', () => {
    const settings = (flags: Record<string, unknown>) =>
      loadSettings(minerOptions, { flags: { netuid: 2, modelFolder: 'model', ...flags } })
    expect(externalAddress(settings({ axonHost: '127.0.0.2' }), 1234)).toEqual({ host: '127.0.0.2', port: 1234 })
    const told = settings({ externalHost: '192.0.2.7', externalPort: '9' })
    expect(externalAddress(told, 1234)).toEqual({ host: '192.0.2.7', port: 9 })
    expect(() => externalAddress(settings({}), 1234)).toThrow('cannot dial 0.0.0.0')
    expect(() => externalAddress(settings({ externalHost: 'miner.example' }), 1234)).toThrow('cannot dial miner.example')
  })
})
