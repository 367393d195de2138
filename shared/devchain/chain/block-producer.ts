import type { StoredBlock } from '../state/chain-store.ts'
import type { Chain } from './chain.ts'

/** When blocks are made: one per block time, or only when somebody asks. */
export type BuildMode = 'interval' | 'manual' | 'instant'

/** What a fork does besides replacing blocks. */
export interface ReorgOptions {
  /** Transactions of the dropped blocks do not go back to the pool. */
  readonly lose?: boolean
  /** How many blocks the fork has; one more than it replaces unless given. */
  readonly blocks?: number
}

/** Makes blocks by the clock and on demand. */
export class BlockProducer {
  private readonly chain: Chain
  private readonly blockTimeMs: number
  private readonly onFault: (error: unknown) => void
  private mode: BuildMode
  private timer: NodeJS.Timeout | undefined
  private offsetMs = 0

  constructor(options: { chain: Chain; blockTimeMs: number; mode: BuildMode; onFault(error: unknown): void }) {
    this.chain = options.chain
    this.blockTimeMs = options.blockTimeMs
    this.mode = options.mode
    this.onFault = options.onFault
  }

  start(): void {
    this.setMode(this.mode)
  }

  stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }

  setMode(mode: BuildMode): void {
    this.stop()
    this.mode = mode
    if (mode === 'interval') this.schedule(Date.now() + this.blockTimeMs)
  }

  /** Makes blocks now; the chain's clock moves one block time each, so that it never stands still. Gives the last one. */
  newBlocks(count: number): StoredBlock {
    let block = this.chain.head
    for (let made = 0; made < count; made += 1) block = this.chain.produceBlock(Math.max(this.now(), this.chain.nextTimestamp()))
    return block
  }

  /** Replaces the newest blocks by a fork, one block longer unless `blocks` says otherwise. Gives the new head. Throws DEVCHAIN_REORG. */
  reorg(depth: number, { lose = false, blocks = depth + 1 }: ReorgOptions = {}): StoredBlock {
    return this.chain.reorg({ depth, blocks, lose, clock: () => Math.max(this.now(), this.chain.nextTimestamp()) })
  }

  /** Called after a transaction entered the pool. */
  transactionArrived(): void {
    if (this.mode !== 'instant' || this.timer !== undefined) return
    // After the reply has left, so that a watcher learns its subscription before its block.
    this.timer = setTimeout(() => {
      this.timer = undefined
      this.produce()
    }, 0)
  }

  /** Moves the chain's clock to a time, in Unix milliseconds; it never goes back. */
  timeTravel(timestampMs: number): void {
    this.offsetMs = timestampMs - Date.now()
  }

  private schedule(at: number): void {
    this.timer = setTimeout(
      () => {
        this.produce()
        // Slots that passed while the process was busy are skipped, not caught up.
        const late = Date.now() - at
        this.schedule(at + this.blockTimeMs * (1 + Math.max(0, Math.floor(late / this.blockTimeMs))))
      },
      Math.max(0, at - Date.now()),
    )
  }

  private produce(): void {
    try {
      this.chain.produceBlock(this.now())
    } catch (error) {
      this.onFault(error)
    }
  }

  private now(): number {
    return Date.now() + this.offsetMs
  }
}
