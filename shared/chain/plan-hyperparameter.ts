import { AssayError, isAssayError } from '../errors/assay-error.ts'
import type { SubstrateChain } from './connect-substrate-chain.ts'
import { describeLimits } from './hyperparameter-table.ts'
import { findHyperparameter, formatHyperparameter, parseHyperparameter } from './parse-hyperparameter.ts'

/** What a change of a hyperparameter would do, and what stands against it now. */
export interface HyperparameterPlan {
  readonly name: string
  readonly meaning: string
  readonly before: string
  readonly after: string
  readonly limits: string
  readonly ownerColdkey: string
  readonly block: number
  /** The first block in which the rate limit allows a change again. */
  readonly allowedFromBlock: number
  /** Settings are frozen from this block on until `nextEpochBlock`; null where the chain has no such window or no epoch is due. */
  readonly frozenFromBlock: number | null
  readonly nextEpochBlock: number | null
  /** Why the chain would refuse it now; null where nothing is known against it. */
  readonly obstacle: string | null
}

type PlanChain = Pick<SubstrateChain, 'readMetagraph' | 'readStorage' | 'readNextEpochBlock'>
const pallet = 'subtensorModule'

/** Reads at one block everything that decides over a change; `coldkey` is who would sign. Throws CLI_USAGE on a wrong name or value, and the codes of a read. */
export async function planHyperparameter(
  chain: PlanChain,
  request: { readonly netuid: number; readonly name: string; readonly value: string; readonly coldkey: string | null },
): Promise<HyperparameterPlan> {
  const { netuid, name, coldkey } = request
  const row = findHyperparameter(name)
  const after = formatHyperparameter(row, parseHyperparameter(name, request.value))
  const { block, blockHash, ownerColdkey, tempo } = await chain.readMetagraph(netuid)
  const read = (item: string, args: readonly unknown[]) => chain.readStorage(pallet, item, args, blockHash)
  // Older runtimes have no such limit.
  const readLimit = (item: string, args: readonly unknown[]) =>
    read(item, args).catch((error: unknown) => {
      if (isAssayError(error, 'CHAIN_UNSUPPORTED')) return 0
      throw error
    })
  const versionKey = name === 'weights_version'
  const [stored, window, limitTempos, last, nextEpochBlock] = await Promise.all([
    read(row.storage, [netuid]),
    readLimit('adminFreezeWindow', []),
    readLimit(versionKey ? 'weightsVersionKeyRateLimit' : 'ownerHyperparamRateLimit', []),
    // The version key's limit is counted per owner, with a number of its own for the kind of change.
    versionKey
      ? readLimit('transactionKeyLastBlock', [ownerColdkey, netuid, 4])
      : row.limitedAs === null
        ? 0
        : readLimit('lastRateLimitedBlock', [{ OwnerHyperparamUpdate: [netuid, row.limitedAs] }]),
    chain.readNextEpochBlock(netuid, blockHash),
  ])
  const lastBlock = Number(last)
  const allowedFromBlock = lastBlock === 0 ? 0 : lastBlock + Number(limitTempos) * tempo
  const frozenFromBlock = nextEpochBlock === null || Number(window) === 0 ? null : nextEpochBlock - Number(window) + 1
  const frozen = nextEpochBlock === null ? null : frozenUntil(block + 1, { nextEpochBlock, tempo, window: Number(window) })
  const before = formatHyperparameter(row, stored)
  // A call sent now is in the next block at the earliest.
  const obstacle = findObstacle({ before, after, coldkey, ownerColdkey, next: block + 1, allowedFromBlock, frozen })
  return {
    ...{ name, meaning: row.meaning, before, after, limits: describeLimits(row), ownerColdkey },
    ...{ block, allowedFromBlock, frozenFromBlock, nextEpochBlock, obstacle },
  }
}

/** Takes a plan that nothing stands against. Throws CHAIN_NOT_NOW with what does. */
export function assertPossible({ name, obstacle }: HyperparameterPlan): void {
  if (obstacle !== null) throw new AssayError('CHAIN_NOT_NOW', { what: `a change of ${name}`, problem: obstacle })
}

function findObstacle(known: {
  readonly before: string
  readonly after: string
  readonly coldkey: string | null
  readonly ownerColdkey: string
  readonly next: number
  readonly allowedFromBlock: number
  readonly frozen: number | null
}): string | null {
  const { coldkey, ownerColdkey, next, allowedFromBlock, frozen } = known
  if (known.before === known.after) return `it is ${known.after} already`
  if (coldkey !== null && coldkey !== ownerColdkey)
    return `only the owner's coldkey ${ownerColdkey} may do this, and this wallet's is ${coldkey}`
  if (next < allowedFromBlock) return `it was changed lately, and may be changed again from block ${allowedFromBlock} on`
  return frozen === null ? null : `settings are frozen until the epoch of block ${frozen} has run`
}

/** The epoch before which a block is frozen: one that comes less than `window` blocks after it; null where it is not. */
function frozenUntil(
  next: number,
  schedule: { readonly nextEpochBlock: number; readonly tempo: number; readonly window: number },
): number | null {
  const { nextEpochBlock, tempo, window } = schedule
  // The epoch of a block runs before the block's calls.
  const epoch = next < nextEpochBlock ? nextEpochBlock : nextEpochBlock + tempo
  return epoch - next < window ? epoch : null
}
