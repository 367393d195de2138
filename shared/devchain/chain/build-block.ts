import { header } from '../frame-types.ts'
import { blake2Hash, fromHex } from '../hashing.ts'
import { blockHashCount, normalBlockLength, systemStorage } from '../pallets/system.ts'
import type { Runtime } from '../runtime.ts'
import { encodeValue } from '../scale/codec.ts'
import { compact } from '../scale/compact.ts'
import { u64 } from '../scale/primitives.ts'
import { Writer } from '../scale/writer.ts'
import type { StateChange, StoredBlock } from '../state/chain-store.ts'
import type { StateView } from '../state/state-view.ts'
import { applyInherent, applyTransaction } from './apply-extrinsic.ts'
import { type OpenContext, openContext } from './chain-context.ts'
import { checkTransaction } from './check-transaction.ts'
import { decodeExtrinsic, encodeBareExtrinsic } from './extrinsic.ts'
import type { PoolEntry, TransactionPool } from './transaction-pool.ts'

export interface BlockRequest {
  readonly runtime: Runtime
  readonly state: StateView
  readonly parent: { readonly number: number; readonly hash: string }
  readonly parentRoot: string
  readonly timestampMs: bigint
  readonly pool: TransactionPool
  /** Hears of what a pallet threw besides DispatchError; the transaction that provoked it is dropped. */
  onFault(error: unknown): void
}

export interface BuiltBlock {
  readonly block: StoredBlock
  readonly changes: readonly StateChange[]
  readonly stateRoot: string
  readonly included: readonly PoolEntry[]
}

const maxExtrinsics = 2_000
const moment = compact(u64)

/** Builds the next block over a state without touching it: hooks, the timestamp, the pool's best transactions, events, header. */
export function buildBlock(request: BlockRequest): BuiltBlock {
  const { runtime, parent, pool } = request
  const number = parent.number + 1
  const ctx = openContext(runtime, request.state)
  initialize(ctx, runtime, number, parent.hash)

  const extrinsics: Uint8Array[] = []
  const inherent = encodeBareExtrinsic(out => {
    out.bytes(Uint8Array.of(2, 0))
    moment.encode(request.timestampMs, out)
  })
  applyInherent(ctx, decodeExtrinsic(inherent, runtime).call, extrinsics.push(inherent) - 1)
  const included = applyPool(ctx, pool, extrinsics, request.onFault)
  finalize(ctx, runtime, extrinsics.length)

  const changes = ctx.changes().changes()
  const stateRoot = chainRoot(request.parentRoot, changes)
  const headerBytes = encodeValue(header, {
    parent_hash: parent.hash,
    number,
    state_root: stateRoot,
    extrinsics_root: extrinsicsRoot(extrinsics),
    digest: ctx.get(systemStorage.Digest),
  })
  return { block: { number, hash: blake2Hash(headerBytes), header: headerBytes, extrinsics }, changes, stateRoot, included }
}

/** The header and state of block 0 from a context in which the genesis has been written. */
export function buildGenesisBlock(ctx: OpenContext): BuiltBlock {
  const changes = ctx.changes().changes()
  const zero = `0x${'00'.repeat(32)}`
  const stateRoot = chainRoot(zero, changes)
  const headerBytes = encodeValue(header, {
    parent_hash: zero,
    number: 0,
    state_root: stateRoot,
    extrinsics_root: extrinsicsRoot([]),
    digest: { logs: [] },
  })
  return { block: { number: 0, hash: blake2Hash(headerBytes), header: headerBytes, extrinsics: [] }, changes, stateRoot, included: [] }
}

function initialize(ctx: OpenContext, runtime: Runtime, number: number, parentHash: string): void {
  beginBlock(ctx, number, parentHash)
  for (const pallet of runtime.pallets) pallet.hooks.onInitialize?.(ctx)
}

/** What is true from the start of a block on; the pool's checks see it too. */
export function beginBlock(ctx: OpenContext, number: number, parentHash: string): void {
  ctx.set(systemStorage.Number, number)
  ctx.set(systemStorage.ParentHash, parentHash)
  ctx.set(systemStorage.BlockHash, number - 1, parentHash)
  if (number > blockHashCount) ctx.remove(systemStorage.BlockHash, number - 1 - blockHashCount)
}

function applyPool(ctx: OpenContext, pool: TransactionPool, extrinsics: Uint8Array[], onFault: (error: unknown) => void): PoolEntry[] {
  const included: PoolEntry[] = []
  let length = 0
  while (extrinsics.length < maxExtrinsics) {
    const entry = pool.best(who => ctx.get(systemStorage.Account, who).nonce)
    if (entry === undefined) break
    const { transaction } = entry
    const { bytes } = transaction.xt
    if (length + bytes.length > normalBlockLength) break
    try {
      const position = extrinsics.length
      const refusal = ctx.transact(() => {
        const found = checkTransaction(ctx, transaction)
        if (found === null) applyTransaction(ctx, transaction, position)
        return found
      })
      if (refusal !== null) {
        pool.drop(entry, 'invalid')
        continue
      }
    } catch (error) {
      onFault(error)
      pool.drop(entry, 'invalid')
      continue
    }
    extrinsics.push(bytes)
    length += bytes.length
    included.push(entry)
    pool.take(entry)
  }
  return included
}

function finalize(ctx: OpenContext, runtime: Runtime, extrinsicCount: number): void {
  ctx.phase = { type: 'Finalization' }
  for (const pallet of [...runtime.pallets].reverse()) pallet.hooks.onFinalize?.(ctx)
  const out = new Writer()
  out.compact(ctx.events.length)
  for (const record of ctx.events) out.bytes(record)
  ctx.set(systemStorage.Events, out.finish())
  ctx.set(systemStorage.EventCount, ctx.events.length)
  ctx.set(systemStorage.ExtrinsicCount, extrinsicCount)
}

/** Stands in for the trie's root: root = blake2-256(parent's root, then for each changed key its length, bytes and value or nothing). */
function chainRoot(parentRoot: string, changes: readonly StateChange[]): string {
  const out = new Writer()
  out.bytes(fromHex(parentRoot))
  for (const [key, value] of changes) {
    out.compact(key.length)
    out.bytes(fromHex(key))
    out.u8(value === null ? 0 : 1)
    if (value === null) continue
    out.compact(value.length)
    out.bytes(value)
  }
  return blake2Hash(out.finish())
}

function extrinsicsRoot(extrinsics: readonly Uint8Array[]): string {
  const out = new Writer()
  out.compact(extrinsics.length)
  for (const bytes of extrinsics) out.bytes(bytes)
  return blake2Hash(out.finish())
}
