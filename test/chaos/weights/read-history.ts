import type { Context } from '../../../shared/devchain/context.ts'
import { storage } from '../../../shared/devchain/pallets/subtensor-module/storage.ts'
import type { RunningChain } from '../../../shared/devchain/start-chain.ts'

/** A commit that the chain holds: its hash or its bytes in 0x hex, the epoch it counts for, the block that brought it. */
export interface HeldCommit {
  readonly commit: string
  readonly epoch: number
  readonly block: number
}

/** What the chain holds of a validator at the end of a block that is final. */
export interface BlockRecord {
  readonly block: number
  /** The epoch that the block's extrinsics count for. */
  readonly epoch: number
  /** Whether the subnet's epoch ran in this block. */
  readonly ran: boolean
  readonly revealPeriod: number
  readonly lastUpdate: number
  readonly row: ReadonlyArray<readonly [uid: number, value: number]>
  /** Also those that wait for nothing any more. */
  readonly commits: readonly HeldCommit[]
}

/** Notes what every final block holds of a hotkey, from now on; what a re-organisation drops is never noted. */
export function recordHistory({ chain }: RunningChain, netuid: number, uid: number, account: string): BlockRecord[] {
  const history: BlockRecord[] = []
  chain.listen(event => {
    if (event.kind === 'finalized') history.push(chain.read(ctx => recordOf(ctx, netuid, uid, account), event.block))
  })
  return history
}

/** Where the subnet and our last update stand at the head. */
export function readSubnetState({ chain }: RunningChain, netuid: number, uid: number) {
  return chain.read(ctx => {
    const lastEpochBlock = Number(ctx.get(storage.LastEpochBlock, netuid))
    return {
      epoch: Number(ctx.get(storage.SubnetEpochIndex, netuid)),
      lastUpdate: Number(ctx.get(storage.LastUpdate, netuid)[uid] ?? 0n),
      sinceEpoch: ctx.block - lastEpochBlock,
      blocksLeft: lastEpochBlock + ctx.get(storage.Tempo, netuid) - ctx.block,
    }
  })
}

function recordOf(ctx: Context, netuid: number, uid: number, account: string): BlockRecord {
  const hashes = ctx.get(storage.WeightCommits, netuid, account) ?? []
  const timelocked = ctx
    .entries(storage.TimelockedWeightCommits, netuid)
    .flatMap(([[, epoch], queue]) => queue.flatMap(([who, block, bytes]) => (who === account ? [{ epoch, block, bytes }] : [])))
  return {
    block: ctx.block,
    epoch: Number(ctx.get(storage.SubnetEpochIndex, netuid)),
    ran: Number(ctx.get(storage.LastEpochBlock, netuid)) === ctx.block,
    revealPeriod: Number(ctx.get(storage.RevealPeriodEpochs, netuid)),
    lastUpdate: Number(ctx.get(storage.LastUpdate, netuid)[uid] ?? 0n),
    row: ctx.get(storage.Weights, netuid, uid),
    commits: [
      ...hashes.map(([commit, epoch, block]) => ({ commit, epoch: Number(epoch), block: Number(block) })),
      ...timelocked.map(({ epoch, block, bytes }) => ({
        commit: `0x${Buffer.from(bytes).toString('hex')}`,
        epoch: Number(epoch),
        block: Number(block),
      })),
    ],
  }
}
