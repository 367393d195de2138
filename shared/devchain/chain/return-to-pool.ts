import type { Context } from '../context.ts'
import { systemStorage } from '../pallets/system.ts'
import type { Runtime } from '../runtime.ts'
import type { StoredBlock } from '../state/chain-store.ts'
import { birthOf, deathOf } from './era.ts'
import { decodeExtrinsic } from './extrinsic.ts'
import { notify, type PoolEntry, type TransactionPool, type TransactionStatus } from './transaction-pool.ts'
import { verifyExtrinsic } from './verify-extrinsic.ts'

/** A block that a re-organisation took off the chain, with its transactions that somebody watches. */
export interface DroppedBlock {
  readonly block: StoredBlock
  readonly watched: readonly PoolEntry[]
}

interface ReturnRequest {
  readonly runtime: Runtime
  readonly genesisHash: string
  readonly pool: TransactionPool
  /** In the order of their numbers. */
  readonly dropped: readonly DroppedBlock[]
  readonly lose: boolean
  /** The block after the head as it is now, begun. */
  readonly ctx: Context
}

/**
 * Tells watchers that their block was retracted and takes the dropped blocks' transactions back into the pool. What was signed for a
 * block that is gone can never be valid again: it is dropped as invalid, and so is what waits in the pool. Where transactions are
 * lost, their watchers hear nothing more, as on a node that never learns of them again.
 */
export function returnToPool(request: ReturnRequest): void {
  const { pool, dropped, lose, ctx } = request
  for (const { block, watched } of dropped) for (const entry of watched) notify(entry, { retracted: block.hash })
  const afterOldHead = ctx.block + dropped.length
  for (const entry of pool.entries()) if (birthOf(entry.transaction.xt.era, afterOldHead) >= ctx.block) pool.drop(entry, 'invalid')
  if (lose) return
  for (const { block, watched } of dropped) for (const bytes of block.extrinsics) takeBack(request, bytes, watched)
}

function takeBack({ runtime, genesisHash, pool, ctx }: ReturnRequest, bytes: Uint8Array, watched: readonly PoolEntry[]): void {
  const xt = decodeExtrinsic(bytes, runtime)
  if (xt.kind === 'bare') return
  const watcher = watched.find(entry => entry.transaction.xt.hash === xt.hash)
  const tell = (status: TransactionStatus) => {
    if (watcher !== undefined) notify(watcher, status)
  }
  if (verifyExtrinsic(ctx, runtime, genesisHash, xt) !== null) {
    tell('invalid')
    return
  }
  const who = xt.address.type === 'Id' ? xt.address.value : ''
  const { nonce } = ctx.get(systemStorage.Account, who)
  const refusal = pool.add({ xt, who }, deathOf(xt.era, ctx.block), nonce, watcher === undefined ? undefined : tell)
  if (refusal !== null) tell('dropped')
}
