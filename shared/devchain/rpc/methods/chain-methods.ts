import type { Chain, ChainEvent } from '../../chain/chain.ts'
import { digestItem } from '../../frame-types.ts'
import { toHex } from '../../hashing.ts'
import { encodeValue } from '../../scale/codec.ts'
import type { StoredBlock } from '../../state/chain-store.ts'
import { demandSession } from '../demand-session.ts'
import { findBlock } from '../find-block.ts'
import { invalidParams } from '../rpc-error.ts'
import type { RpcHandler, RpcMethods, RpcScope } from '../rpc-scope.ts'

/** Blocks and heads. */
export const chainMethods: RpcMethods = {
  chain_getBlockHash: ({ chain }, [number]) => blockHash(chain, number),
  chain_getHead: ({ chain }, [number]) => blockHash(chain, number),
  chain_getFinalizedHead: ({ chain }) => chain.finalized.hash,
  chain_getFinalisedHead: ({ chain }) => chain.finalized.hash,
  chain_getHeader({ chain }, [hash]) {
    const block = findBlock(chain, hash)
    return block === undefined ? null : headerJson(chain, block)
  },
  chain_getBlock({ chain }, [hash]) {
    const block = findBlock(chain, hash)
    if (block === undefined) return null
    const extrinsics = block.extrinsics.map(bytes => `0x${toHex(bytes)}`)
    return { block: { header: headerJson(chain, block), extrinsics }, justifications: null }
  },
  chain_subscribeNewHeads: heads('chain_newHead', 'head'),
  chain_subscribeNewHead: heads('chain_newHead', 'head'),
  subscribe_newHead: heads('chain_newHead', 'head'),
  chain_subscribeAllHeads: heads('chain_allHead', 'head', 'fork'),
  chain_subscribeFinalizedHeads: heads('chain_finalizedHead', 'finalized'),
  chain_subscribeFinalisedHeads: heads('chain_finalizedHead', 'finalized'),
  chain_unsubscribeNewHeads: unsubscribe,
  chain_unsubscribeNewHead: unsubscribe,
  unsubscribe_newHead: unsubscribe,
  chain_unsubscribeAllHeads: unsubscribe,
  chain_unsubscribeFinalizedHeads: unsubscribe,
  chain_unsubscribeFinalisedHeads: unsubscribe,
}

/** Ends the subscription of the given id. */
export function unsubscribe(scope: RpcScope, [id]: readonly unknown[]): boolean {
  return demandSession(scope).unsubscribe(id)
}

function heads(notification: string, ...kinds: readonly ChainEvent['kind'][]): RpcHandler {
  return scope => {
    const { chain } = scope
    return demandSession(scope).subscribe(notification, notify => {
      let last = kinds.includes('head') ? chain.head : chain.finalized
      notify(headerJson(chain, last))
      return chain.listen(event => {
        // A changed storage of the same head is no new head.
        if (!kinds.includes(event.kind) || event.block.hash === last.hash) return
        last = event.block
        notify(headerJson(chain, last))
      })
    })
  }
}

function blockHash(chain: Chain, number: unknown): unknown {
  if (number === undefined || number === null) return chain.head.hash
  if (Array.isArray(number)) {
    if (number.length > 1_000) throw invalidParams('at most 1000 block numbers')
    return number.map(one => blockHash(chain, one))
  }
  const wanted = typeof number === 'string' && /^0x[0-9a-f]{1,8}$/i.test(number) ? Number.parseInt(number, 16) : number
  if (typeof wanted !== 'number' || !Number.isInteger(wanted) || wanted < 0) throw invalidParams('a block number is a whole number')
  return chain.blockByNumber(wanted)?.hash ?? null
}

function headerJson(chain: Chain, block: StoredBlock) {
  const { parent_hash, number, state_root, extrinsics_root, digest } = chain.headerOf(block)
  return {
    parentHash: parent_hash,
    number: `0x${number.toString(16)}`,
    stateRoot: state_root,
    extrinsicsRoot: extrinsics_root,
    digest: { logs: digest.logs.map(log => `0x${toHex(encodeValue(digestItem, log))}`) },
  }
}
