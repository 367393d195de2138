import type { BlockHead, Metagraph } from '../../shared/chain/chain-port.ts'
import { buildReport } from './build-report.ts'
import { readStatus } from './read-status.ts'
import type { WorldReport } from './report.ts'
import type { World } from './start-world.ts'

export interface RunOptions {
  /** Ends by itself after this many epochs with permits; without it, when the signal aborts. */
  readonly epochs: number | null
  onReport(report: WorldReport, epochEnded: boolean): void
  /** Gets the metagraph right after each epoch that counts, before its report. */
  onEpoch?(metagraph: Metagraph): void
}

/** Follows a world block by block and reports after each; epochs count from the first one whose metagraph holds a permit. */
export async function runWorld(world: World, options: RunOptions, signal: AbortSignal): Promise<WorldReport | null> {
  const { chain, netuid } = world
  const lastEpochs: Metagraph[] = []
  let epochs = -1
  let nextEpoch = await chain.readNextEpochBlock(netuid, undefined, signal)
  let report: WorldReport | null = null
  for await (const head of heads(world, signal)) {
    const upcoming = await chain.readNextEpochBlock(netuid, head.hash, signal)
    const epochEnded = upcoming !== nextEpoch
    nextEpoch = upcoming
    if (epochEnded) {
      const metagraph = await chain.readMetagraph(netuid, head.hash, signal)
      if (epochs < 0 && !metagraph.neurons.some(neuron => neuron.validatorPermit && neuron.totalStakeRao > 0n)) continue
      epochs += 1
      options.onEpoch?.(metagraph)
      lastEpochs.push(metagraph)
      if (lastEpochs.length > 2) lastEpochs.shift()
    }
    if (epochs < 0) continue
    report = await readReport(world, Math.max(0, epochs), head, lastEpochs, signal)
    options.onReport(report, epochEnded)
    if (options.epochs !== null && epochs >= options.epochs) return report
  }
  return report
}

async function readReport(
  world: World,
  epochs: number,
  head: BlockHead,
  lastEpochs: readonly Metagraph[],
  signal: AbortSignal,
): Promise<WorldReport> {
  const validators = await Promise.all(
    world.validators.map(async ({ name, hotkey, address }) => ({ name, hotkey, status: await readStatus(address, signal) })),
  )
  const uids = (lastEpochs.at(-1)?.neurons ?? []).filter(({ hotkey }) => world.validators.some(validator => validator.hotkey === hotkey))
  const weights = await Promise.all(
    uids.map(async ({ uid }) => new Map(await world.chain.readWeights(world.netuid, uid, head.hash, signal))),
  )
  return buildReport({ epochs, block: head.number, miners: world.miners, lastEpochs, validators, weights })
}

/** Best heads one after another; while the reader is busy, all but the newest are skipped. */
async function* heads({ chain }: World, signal: AbortSignal): AsyncGenerator<BlockHead> {
  let newest: BlockHead | null = null
  let wake = () => {}
  const unwatch = chain.watchHeads('best', head => {
    newest = head
    wake()
  })
  const onAbort = () => wake()
  signal.addEventListener('abort', onAbort)
  try {
    while (!signal.aborted) {
      if (newest === null) {
        await new Promise<void>(resolve => {
          wake = resolve
        })
        continue
      }
      const head: BlockHead = newest
      newest = null
      yield head
    }
  } finally {
    unwatch()
    signal.removeEventListener('abort', onAbort)
  }
}
