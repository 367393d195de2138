import type { Chain } from '../chain/chain.ts'
import type { StoredBlock } from '../state/chain-store.ts'
import { invalidParams, RpcError } from './rpc-error.ts'

/** The block of a hash; the head where none is named; undefined where it is not ours. */
export function findBlock(chain: Chain, hash: unknown): StoredBlock | undefined {
  if (hash === undefined || hash === null) return chain.head
  if (typeof hash !== 'string' || !/^0x[0-9a-f]{64}$/i.test(hash)) throw invalidParams('a block hash is 0x and 64 hex digits')
  return chain.blockByHash(hash.toLowerCase())
}

/** The block of a hash for reads of its state. Throws 4003, as a node does, where it is not ours. */
export function demandBlock(chain: Chain, hash: unknown): StoredBlock {
  const block = findBlock(chain, hash)
  if (block === undefined) throw new RpcError(4003, `Client error: UnknownBlock: Header was not found in the database: ${String(hash)}`)
  return block
}
