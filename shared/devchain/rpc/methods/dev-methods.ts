import { countParam, isRecord, textParam } from '../params.ts'
import { invalidParams } from '../rpc-error.ts'
import type { RpcMethods } from '../rpc-scope.ts'
import { parseStorageChanges } from '../storage-changes.ts'
import { submit } from './author-methods.ts'

const maxBlocks = 10_000
const modes = { Batch: 'interval', Instant: 'instant', Manual: 'manual' } as const

/** What only a development chain has; names and arguments are those of Chopsticks. */
export const devMethods: RpcMethods = {
  /** `{count, to, transactions}`: makes blocks now and gives the hash of the last. */
  dev_newBlock(scope, [options]) {
    const { chain, producer } = scope
    const wanted = options === undefined || options === null ? {} : options
    if (!isRecord(wanted)) throw invalidParams('options must be an object')
    if (Array.isArray(wanted.transactions)) for (const one of wanted.transactions.slice(0, maxBlocks)) submit(scope, one)
    if (wanted.to !== undefined)
      return producer.newBlocks(countParam(wanted.to, 'to', chain.head.number + maxBlocks) - chain.head.number).hash
    return producer.newBlocks(wanted.count === undefined ? 1 : countParam(wanted.count, 'count', maxBlocks)).hash
  },
  /**
   * `depth, {lose, blocks}`: replaces the newest blocks that are not final by a fork (one block longer unless `blocks` says otherwise) and
   * gives its head's hash. Their transactions go back to the pool, or are lost.
   */
  dev_reorg({ producer }, [depth, options]) {
    const wanted = options === undefined || options === null ? {} : options
    if (!isRecord(wanted)) throw invalidParams('options must be an object')
    const { lose = false, blocks } = wanted
    if (typeof lose !== 'boolean') throw invalidParams('lose is true or false')
    const length = blocks === undefined ? {} : { blocks: countParam(blocks, 'blocks', maxBlocks) }
    return producer.reorg(countParam(depth, 'depth', maxBlocks), { lose, ...length }).hash
  },
  /** Raw pairs `[[key, value | null], ...]`, or `{Pallet: {Item: [[[keys], value], ...]}}`; gives the head's hash. */
  dev_setStorage({ chain }, [values, at]) {
    if (at !== undefined && at !== null && at !== chain.head.hash) throw invalidParams('only the state of the head can be written')
    chain.overwrite(parseStorageChanges(chain.runtime, values, chain.viewAt(chain.head)))
    return chain.head.hash
  },
  /** Moves the clock of the next block to a date (text or Unix milliseconds); gives the time. */
  dev_timeTravel({ producer }, [date]) {
    const time = typeof date === 'string' ? Date.parse(date) : date
    if (typeof time !== 'number' || !Number.isFinite(time)) throw invalidParams('a date is a text or Unix milliseconds')
    producer.timeTravel(time)
    return time
  },
  dev_setBlockBuildMode({ producer }, [mode]) {
    const name = textParam(mode, 'mode')
    if (name !== 'Batch' && name !== 'Instant' && name !== 'Manual') throw invalidParams('the mode is Batch, Instant or Manual')
    producer.setMode(modes[name])
    return null
  },
}
