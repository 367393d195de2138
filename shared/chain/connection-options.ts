import { defineOptions, type SettingsOf } from '../settings/option.ts'
import type { ConnectOptions } from './chain-port.ts'
import { resolveNetwork, resolveNetworks } from './resolve-network.ts'

/** The settings that say which chain is meant and where it is reached; every program that speaks to one has them. */
export const connectionOptions = defineOptions({
  network: {
    type: 'string',
    unit: 'name',
    aliases: ['subtensor.network'],
    envAliases: ['BT_SUBTENSOR_NETWORK'],
    description: 'the network: finney, test, local, ...; another chain is refused, whatever the endpoint says',
  },
  chainEndpoint: {
    type: 'list',
    unit: 'url,...',
    aliases: ['subtensor.chain_endpoint'],
    envAliases: ['BT_SUBTENSOR_CHAIN_ENDPOINT'],
    description: 'ws:// or wss:// addresses, the first one that works is used; those of the network unless given, else ws://127.0.0.1:9944',
  },
  expectedGenesis: { type: 'string', unit: 'hash', description: 'refuse a chain with another genesis hash' },
})

export type ConnectionSettings = SettingsOf<typeof connectionOptions>

/**
 * The endpoints and the genesis that settings ask for: an endpoint says where, a network says which chain must answer there. Throws
 * CHAIN_ENDPOINT, CHAIN_GENESIS and CHAIN_MIXED_NETWORKS.
 */
export function connectionOf({
  network,
  chainEndpoint,
  expectedGenesis,
}: ConnectionSettings): Pick<ConnectOptions, 'endpoint' | 'expectedGenesisHash'> {
  const named = network === undefined ? undefined : resolveNetwork(network)
  const expected = resolveNetworks([network ?? 'local'], expectedGenesis).genesisHash
  const { endpoints, genesisHash } = resolveNetworks(chainEndpoint ?? [named?.endpoint ?? 'local'], expected)
  return { endpoint: endpoints, ...(genesisHash !== undefined && { expectedGenesisHash: genesisHash }) }
}

/** Says whether the operator named the chain, by network, endpoint or genesis. */
export function namesChain({ network, chainEndpoint, expectedGenesis }: ConnectionSettings): boolean {
  return network !== undefined || chainEndpoint !== undefined || expectedGenesis !== undefined
}
