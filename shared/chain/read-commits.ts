import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AssayError } from '../errors/assay-error.ts'
import { parseHotkey } from '../identity/ss58.ts'
import type { ChainConnection } from './chain-connection.ts'
import type { WeightCommits } from './chain-port.ts'
import { countedEpochOf } from './count-epochs.ts'
import { JsonInteger, toBigInt } from './json-integer.ts'
import { keepsEpochState, readEpochState } from './read-epoch-state.ts'
import { readStorage } from './read-storage.ts'
import type { CallLimits } from './rpc-socket.ts'
import { assertHex } from './runtime.ts'

const hashQueue = Compile(Type.Union([Type.Null(), Type.Array(Type.Tuple([Type.String(), JsonInteger, JsonInteger, JsonInteger]))]))
const timelockedQueue = Compile(Type.Array(Type.Tuple([Type.String(), JsonInteger, Type.String(), JsonInteger])))
/** The oldest queue does not say in which block a commit was made. */
const undatedQueue = Compile(Type.Array(Type.Tuple([Type.String(), Type.String(), JsonInteger])))
const numbers = Compile(Type.Array(JsonInteger))
const pallet = 'subtensorModule'
/** Where runtimes keep timelocked commits, the newest name first. */
const timelockedItems = ['timelockedWeightCommits', 'crv3WeightCommitsV2', 'crv3WeightCommits']

/**
 * The commits of a hotkey that the chain holds at one block: hashes, and timelocked ones of the epochs that may still be revealed.
 * Where a runtime keeps no block of a timelocked commit, it is the hotkey's last update, which is exact for its newest commit.
 */
export async function readCommits(
  connection: ChainConnection,
  netuid: number,
  hotkey: string,
  at?: string,
  limits: CallLimits = {},
): Promise<WeightCommits> {
  const hash = at ?? assertHex(await connection.socket.call('chain_getBlockHash', [], limits), 'chain_getBlockHash')
  const has = (item: string) => connection.runtime().decorated.query[pallet]?.[item] !== undefined
  const { subnetEpochIndex, revealPeriodEpochs, tempo } = await readEpochState(connection, netuid, hash, limits)
  const first = Math.max(0, subnetEpochIndex - revealPeriodEpochs)
  const queueItem = timelockedItems.find(has)
  const epochs = Array.from({ length: queueItem === undefined ? 0 : subnetEpochIndex + 1 - first }, (_, index) => first + index)
  const [hashes, ...queues] = await Promise.all([
    has('weightCommits') ? readStorage(connection, pallet, 'weightCommits', [netuid, hotkey], hash, limits) : null,
    ...epochs.map(epoch => readStorage(connection, pallet, queueItem ?? '', [netuid, epoch], hash, limits)),
  ])
  if (!hashQueue.Check(hashes))
    throw new AssayError('CHAIN_DECODE', { call: `${pallet}.weightCommits`, problem: 'expected a queue of commits' })
  // Runtimes without epoch state store the block of a hash commit where newer ones store its epoch.
  const stateful = keepsEpochState(connection)
  const undated = queues.some(queue => undatedQueue.Check(queue) && queue.length > 0)
  const lastUpdate = undated ? await readLastUpdate(connection, netuid, hotkey, hash, limits) : 0
  return {
    hashes: (hashes ?? []).map(([committed, second, third]) => {
      const [epoch, block] = [Number(toBigInt(second)), Number(toBigInt(third))]
      return stateful
        ? { hash: committed, epoch, block }
        : { hash: committed, epoch: countedEpochOf(epoch, netuid, { tempo }), block: epoch }
    }),
    timelocked: queues.flatMap((queue, index) => {
      const epoch = epochs[index] ?? 0
      if (timelockedQueue.Check(queue))
        return queue
          .filter(([who]) => parseHotkey(who) === hotkey)
          .map(([, block, commit, round]) => ({ commit, epoch, block: Number(toBigInt(block)), revealRound: toBigInt(round) }))
      if (undatedQueue.Check(queue))
        return queue
          .filter(([who]) => parseHotkey(who) === hotkey)
          .map(([, commit, round]) => ({ commit, epoch, block: lastUpdate, revealRound: toBigInt(round) }))
      throw new AssayError('CHAIN_DECODE', { call: `${pallet}.${queueItem}`, problem: 'expected a queue of commits' })
    }),
  }
}

async function readLastUpdate(
  connection: ChainConnection,
  netuid: number,
  hotkey: string,
  hash: string,
  limits: CallLimits,
): Promise<number> {
  const [uid, updates] = await Promise.all([
    readStorage(connection, pallet, 'uids', [netuid, hotkey], hash, limits),
    readStorage(connection, pallet, 'lastUpdate', [netuid], hash, limits),
  ])
  if (!numbers.Check(updates)) throw new AssayError('CHAIN_DECODE', { call: `${pallet}.lastUpdate`, problem: 'expected a list of blocks' })
  return typeof uid === 'number' ? Number(toBigInt(updates[uid] ?? 0)) : 0
}
