import { AssayError } from '../../errors/assay-error.ts'
import type { Context } from '../context.ts'
import { header } from '../frame-types.ts'
import { buildGenesis } from '../genesis/build-genesis.ts'
import type { GenesisOptions } from '../genesis/genesis-options.ts'
import { systemStorage } from '../pallets/system.ts'
import { timestampStorage } from '../pallets/timestamp.ts'
import type { Runtime } from '../runtime.ts'
import { decodeValue } from '../scale/codec.ts'
import { Reader } from '../scale/reader.ts'
import { ChainStore, type StateChange, type StoredBlock } from '../state/chain-store.ts'
import type { StateView } from '../state/state-view.ts'
import type { InvalidTransaction } from '../transaction-validity.ts'
import { beginBlock, buildBlock } from './build-block.ts'
import { type OpenContext, openContext } from './chain-context.ts'
import { checkTransaction } from './check-transaction.ts'
import { deathOf } from './era.ts'
import { decodeExtrinsic } from './extrinsic.ts'
import { type DroppedBlock, returnToPool } from './return-to-pool.ts'
import { notify, type PoolEntry, type PoolRefusal, TransactionPool, type TransactionStatus } from './transaction-pool.ts'
import { verifyExtrinsic } from './verify-extrinsic.ts'

export interface ChainOptions {
  readonly runtime: Runtime
  readonly genesis: GenesisOptions
  /** The SQLite file; ':memory:' keeps nothing. */
  readonly path: string
  /** How many blocks finality lags the head. */
  readonly finalityLag: number
  /** How many blocks back the state can be read. */
  readonly historyBlocks: number
  onFault(error: unknown): void
}

/**
 * What a chain tells those who listen: a new head (with the keys it changed), a block of a fork that is not the head yet, and each block
 * that became final.
 */
export type ChainEvent =
  | { readonly kind: 'head'; readonly block: StoredBlock; readonly changes: readonly StateChange[] }
  | { readonly kind: 'fork'; readonly block: StoredBlock }
  | { readonly kind: 'finalized'; readonly block: StoredBlock }

export interface ReorgRequest {
  readonly depth: number
  readonly blocks: number
  readonly lose: boolean
  /** The time for the next block of the fork, in Unix milliseconds. */
  clock(): number
}

export type SubmitResult = { readonly hash: string } | { readonly refusal: InvalidTransaction } | { readonly poolRefusal: PoolRefusal }

function openStore(path: string): ChainStore {
  try {
    return new ChainStore(path)
  } catch (error) {
    throw new AssayError('DEVCHAIN_OPEN', { path, problem: error instanceof Error ? error.message : String(error) }, { cause: error })
  }
}

/** The embedded chain: one writer, one state, blocks one after the other. */
export class Chain {
  readonly runtime: Runtime
  readonly genesisHash: string
  readonly pool = new TransactionPool()
  private readonly store: ChainStore
  private readonly options: ChainOptions
  private readonly listeners = new Set<(event: ChainEvent) => void>()
  // Watched transactions in blocks that are not final yet, by block number.
  private readonly awaitingFinality = new Map<number, PoolEntry[]>()
  // While a fork is built: the keys whose values may differ between the old head and the new one.
  private forked: Set<string> | undefined
  private headBlock: StoredBlock
  private finalBlock: StoredBlock
  private stateRoot: string

  /** Opens the file and goes on from its last block, or writes the genesis. Throws DEVCHAIN_OTHER_CHAIN for another preset's file. */
  constructor(options: ChainOptions) {
    this.options = options
    this.runtime = options.runtime
    this.store = openStore(options.path)
    const preset = this.store.meta('preset')
    const wanted = options.runtime.preset.name
    if (preset !== undefined && preset !== wanted) {
      this.store.close()
      throw new AssayError('DEVCHAIN_OTHER_CHAIN', { path: options.path, preset, wanted })
    }
    if (this.store.head() === undefined) {
      const built = buildGenesis(options.runtime, options.genesis)
      this.store.appendBlock(built.block, built.changes, { preset: wanted, root: built.stateRoot, final: '0' }, 0)
    }
    this.headBlock = this.demandBlock(this.store.head())
    this.genesisHash = this.demandBlock(this.store.blockByNumber(0)).hash
    this.finalBlock = this.demandBlock(this.store.blockByNumber(Number(this.store.meta('final') ?? '0')))
    this.stateRoot = this.store.meta('root') ?? ''
  }

  get head(): StoredBlock {
    return this.headBlock
  }

  get finalized(): StoredBlock {
    return this.finalBlock
  }

  blockByNumber(number: number): StoredBlock | undefined {
    return this.store.blockByNumber(number)
  }

  blockByHash(hash: string): StoredBlock | undefined {
    if (hash === this.headBlock.hash) return this.headBlock
    return this.store.blockByHash(hash)
  }

  headerOf(block: StoredBlock) {
    return decodeValue(header, block.header)
  }

  /** Builds one block from the pool and stores it. `timestampMs` is raised where the chain's clock is already later. */
  produceBlock(timestampMs: number): StoredBlock {
    const parent = this.headBlock
    const last = this.read(ctx => ctx.get(timestampStorage.Now))
    const wanted = BigInt(Math.floor(timestampMs))
    const built = buildBlock({
      runtime: this.runtime,
      state: this.store,
      parent,
      parentRoot: this.stateRoot,
      timestampMs: wanted > last ? wanted : last + 1n,
      pool: this.pool,
      onFault: error => this.options.onFault(error),
    })
    const final = Math.max(this.finalBlock.number, built.block.number - this.options.finalityLag)
    const kept = Math.max(this.options.historyBlocks, this.options.finalityLag)
    this.store.appendBlock(built.block, built.changes, { root: built.stateRoot, final: String(final) }, built.block.number - kept)
    this.headBlock = built.block
    this.stateRoot = built.stateRoot
    this.announce(built.included, built.changes, final)
    return built.block
  }

  /**
   * Replaces the newest `depth` blocks by a fork of `blocks` others, as when a node learns of a better chain: watchers hear that their
   * block was retracted, transactions go back to the pool unless `lose` says that this node never hears of them again, and only the
   * fork's last block is told as a new head. Throws DEVCHAIN_REORG for blocks that are final.
   */
  reorg({ depth, blocks, lose, clock }: ReorgRequest): StoredBlock {
    const most = this.headBlock.number - this.finalBlock.number
    if (depth > most) throw new AssayError('DEVCHAIN_REORG', { depth, most })
    // The fork's blocks come later in time than those they replace, and so never are the same.
    let floor = Number(this.read(ctx => ctx.get(timestampStorage.Now)))
    this.forked = new Set()
    try {
      const dropped = this.dropBlocks(depth)
      returnToPool({ runtime: this.runtime, genesisHash: this.genesisHash, pool: this.pool, dropped, lose, ctx: this.nextContext() })
      for (let made = 0; made < blocks; made += 1) {
        floor = Math.max(floor + 1, clock())
        this.produceBlock(floor)
      }
    } finally {
      const changes = [...this.forked].map(key => [key, this.store.get(key) ?? null] as const)
      this.forked = undefined
      this.emit({ kind: 'head', block: this.headBlock, changes })
    }
    return this.headBlock
  }

  /** The time that follows the chain's clock by one block: for blocks that are made on demand. */
  nextTimestamp(): number {
    return Number(this.read(ctx => ctx.now)) + this.runtime.preset.blockTimeMs
  }

  /** Checks bytes as the pool does and takes them in, or says why not. Throws ScaleError where they are no extrinsic. */
  submit(bytes: Uint8Array, listener?: (status: TransactionStatus) => void): SubmitResult {
    const xt = decodeExtrinsic(bytes, this.runtime)
    if (xt.kind === 'bare') return { refusal: { code: 'NoUnsignedValidator' } }
    const ctx = this.nextContext()
    const badSignature = verifyExtrinsic(ctx, this.runtime, this.genesisHash, xt)
    if (badSignature !== null) return { refusal: badSignature }
    const transaction = { xt, who: xt.address.type === 'Id' ? xt.address.value : '' }
    const refusal = checkTransaction(ctx, transaction)
    if (refusal !== null && refusal.code !== 'Future') return { refusal }
    const poolRefusal = this.pool.add(transaction, deathOf(xt.era, ctx.block), this.accountNonce(transaction.who), listener)
    return poolRefusal === null ? { hash: xt.hash } : { poolRefusal }
  }

  /** The nonce of an account's next transaction in the state of the head. */
  accountNonce(who: string): number {
    return this.read(ctx => ctx.get(systemStorage.Account, who).nonce)
  }

  /** Runs a reader over the state of a block (the head unless given); changes are thrown away. */
  read<T>(run: (ctx: Context) => T, block: StoredBlock = this.headBlock): T {
    return run(openContext(this.runtime, this.viewAt(block)))
  }

  /** Runs a runtime API's method; undefined where there is none of that name. Throws ScaleError on bad arguments. */
  callApi(name: string, args: Uint8Array, block: StoredBlock = this.headBlock): Uint8Array | undefined {
    const method = this.runtime.findMethod(name)
    return method === undefined ? undefined : this.read(ctx => method.call(ctx, new Reader(args, this.runtime.named)), block)
  }

  /** The state at the end of a block. Throws DEVCHAIN_STATE_DISCARDED where the history no longer reaches it. */
  viewAt(block: StoredBlock): StateView {
    if (block.number === this.headBlock.number) return this.store
    if (block.number < this.store.oldestReadable())
      throw new AssayError('DEVCHAIN_STATE_DISCARDED', { hash: block.hash, history: this.options.historyBlocks })
    return { get: key => this.store.getAt(key, block.number), keys: prefix => this.store.keysAt(prefix, block.number) }
  }

  /** The blocks in (from, to] that changed a key. */
  changedBlocks(key: string, from: number, to: number): number[] {
    return this.store.changedBlocks(key, from, to)
  }

  /** Writes into the state of the head, as a test or a world asks; it becomes part of the head's difference. */
  overwrite(changes: readonly StateChange[]): void {
    this.store.changeHead(this.headBlock.number, changes)
    this.pool.settle(this.headBlock.number, who => this.accountNonce(who))
    this.emit({ kind: 'head', block: this.headBlock, changes })
  }

  /** Hears of heads and finalized blocks until the returned function is called. */
  listen(listener: (event: ChainEvent) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  close(): void {
    this.listeners.clear()
    this.store.close()
  }

  /** The block after the head, begun: what the pool's checks look at. */
  private nextContext(): OpenContext {
    const ctx = openContext(this.runtime, this.store)
    beginBlock(ctx, this.headBlock.number + 1, this.headBlock.hash)
    return ctx
  }

  private announce(included: readonly PoolEntry[], changes: readonly StateChange[], final: number): void {
    const watched = included.filter(entry => entry.listeners.size > 0)
    if (watched.length > 0) this.awaitingFinality.set(this.headBlock.number, watched)
    for (const entry of watched) notify(entry, { inBlock: this.headBlock.hash })
    if (this.forked === undefined) this.emit({ kind: 'head', block: this.headBlock, changes })
    else {
      for (const [key] of changes) this.forked.add(key)
      this.emit({ kind: 'fork', block: this.headBlock })
    }
    for (let number = this.finalBlock.number + 1; number <= final; number += 1) {
      this.finalBlock = this.demandBlock(this.store.blockByNumber(number))
      this.emit({ kind: 'finalized', block: this.finalBlock })
      for (const entry of this.awaitingFinality.get(number) ?? []) notify(entry, { finalized: this.finalBlock.hash })
      this.awaitingFinality.delete(number)
    }
    this.pool.settle(this.headBlock.number, who => this.accountNonce(who))
  }

  /** Takes the newest blocks off, the newest first, and gives them in the order of their numbers. */
  private dropBlocks(depth: number): DroppedBlock[] {
    const dropped: DroppedBlock[] = []
    for (let gone = 0; gone < depth; gone += 1) {
      const block = this.headBlock
      const parent = this.demandBlock(this.store.blockByNumber(block.number - 1))
      const { state_root } = this.headerOf(parent)
      for (const key of this.store.dropHead(block.number, { root: state_root })) this.forked?.add(key)
      dropped.unshift({ block, watched: this.awaitingFinality.get(block.number) ?? [] })
      this.awaitingFinality.delete(block.number)
      this.headBlock = parent
      this.stateRoot = state_root
    }
    return dropped
  }

  private emit(event: ChainEvent): void {
    for (const listener of this.listeners) {
      try {
        listener(event)
      } catch (error) {
        // The block stands whatever those who hear of it do.
        this.options.onFault(error)
      }
    }
  }

  private demandBlock(block: StoredBlock | undefined): StoredBlock {
    if (block === undefined) throw new AssayError('DEVCHAIN_CORRUPT', { path: this.options.path })
    return block
  }
}
