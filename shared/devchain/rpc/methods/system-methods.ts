import { accountParam } from '../params.ts'
import type { RpcMethods } from '../rpc-scope.ts'

const properties = { isEthereum: false, ss58Format: 42, tokenDecimals: 9, tokenSymbol: 'TAO' }
// There is no network behind this node; clients only print the identity.
const peerId = '12D3KooWAssayAssayAssayAssayAssayAssayAssayAssayAssay'

/** Who the node is, and the next nonce of an account with what waits in the pool. */
export const systemMethods: RpcMethods = {
  system_chain: () => 'Bittensor',
  system_chainType: () => 'Development',
  system_name: () => 'Subtensor Node',
  system_version: () => '4.0.0-dev-assay',
  system_properties: () => properties,
  system_health: () => ({ peers: 0, isSyncing: false, shouldHavePeers: false }),
  system_localPeerId: () => peerId,
  system_localListenAddresses: () => [],
  system_nodeRoles: () => ['Authority'],
  system_peers: () => [],
  system_syncState: ({ chain }) => ({ startingBlock: 0, currentBlock: chain.head.number, highestBlock: chain.head.number }),
  system_accountNextIndex: ({ chain }, [account]) => {
    const who = accountParam(account)
    return chain.pool.nextNonce(who, chain.accountNonce(who))
  },
  account_nextIndex: ({ chain }, [account]) => {
    const who = accountParam(account)
    return chain.pool.nextNonce(who, chain.accountNonce(who))
  },
  chainSpec_v1_chainName: () => 'Bittensor',
  chainSpec_v1_genesisHash: ({ chain }) => chain.genesisHash,
  chainSpec_v1_properties: () => properties,
}
