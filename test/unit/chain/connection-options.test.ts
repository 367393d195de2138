import { describe, expect, it } from 'vitest'
import { type ConnectionSettings, connectionOf, connectionOptions, namesChain } from '../../../shared/chain/connection-options.ts'
import { networks } from '../../../shared/chain/resolve-network.ts'
import { loadSettings } from '../../../shared/settings/load-settings.ts'

const settings = (flags: Record<string, string>): ConnectionSettings => loadSettings(connectionOptions, { flags })
const finney = networks.finney?.genesisHash
const own = 'ws://10.0.0.7:9944'

describe('the settings of a connection', () => {
  it('lead to the local chain where nothing is named', () => {
    expect(connectionOf(settings({}))).toEqual({ endpoint: ['ws://127.0.0.1:9944'] })
    expect(namesChain(settings({}))).toBe(false)
  })

  it('take several endpoints, by name or address, in their order', () => {
    expect(connectionOf(settings({ chainEndpoint: `${own},finney` }))).toEqual({
      endpoint: [own, networks.finney?.endpoint],
      expectedGenesisHash: finney,
    })
  })

  it('let the network say which chain must answer at an endpoint of one’s own', () => {
    expect(connectionOf(settings({ network: 'finney', chainEndpoint: own }))).toEqual({ endpoint: [own], expectedGenesisHash: finney })
    expect(namesChain(settings({ network: 'finney' }))).toBe(true)
  })

  it.each([
    [{ network: 'test', chainEndpoint: 'finney' }, 'CHAIN_MIXED_NETWORKS'],
    [{ chainEndpoint: 'finney,test' }, 'CHAIN_MIXED_NETWORKS'],
    [{ network: 'finney', expectedGenesis: `0x${'1'.repeat(64)}` }, 'CHAIN_MIXED_NETWORKS'],
    [{ expectedGenesis: '0x12' }, 'CHAIN_GENESIS'],
    [{ network: 'finny' }, 'CHAIN_ENDPOINT'],
    [{ chainEndpoint: '' }, 'CHAIN_ENDPOINT'],
  ])('%j is refused before anything is dialled: %s', (flags, code) => {
    expect(() => connectionOf(settings(flags))).toThrowError(expect.objectContaining({ code }))
  })
})
