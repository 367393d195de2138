import type { BlockHead, ChainPort, EpochState, Signer } from '../../shared/chain/chain-port.ts'
import { commitsTo } from '../audit/commitment-fields.ts'
import { epochSecret } from '../audit/epoch-secret.ts'
import { type CommitmentRecord, type CommitmentStep, planCommitment } from '../audit/plan-commitment.ts'
import { readCommitmentsFrom } from '../storage/commitment-table.ts'
import type { Store } from '../storage/open-store.ts'
import { epochOfNextBlock, nextEpochBlock } from '../weights/next-epoch-block.ts'

/** The reads of a chain that commitments to audit secrets need. */
export type CommitmentReads = Pick<ChainPort, 'readFinalisedHead' | 'readEpochState' | 'readCommitment'>

export interface CommitmentLookParts {
  readonly store: Store
  readonly chain: CommitmentReads
  readonly signer: Pick<Signer, 'hotkey'>
  readonly netuid: number
  /** Every epoch's secret follows from it. */
  readonly master: Uint8Array
}

export interface CommitmentLook {
  /** The epoch whose secret is to be committed to, and the block in which it begins. */
  readonly epoch: number
  readonly beginsAt: number
  readonly step: CommitmentStep
  /** As the chain shows it now. */
  readonly record: CommitmentRecord | null
  /** What the chain shows otherwise than the journal: the block of an epoch's commitment, null where it is gone. */
  readonly found: ReadonlyArray<{ readonly epoch: number; readonly block: number | null; readonly isFinal: boolean }>
  /** The last epoch whose blocks are all final. */
  readonly finishedEpoch: number
}

/** Compares the chain with the journal and plans; changes nothing. Null where the subnet has no epochs. */
export async function lookAtCommitment(
  parts: CommitmentLookParts,
  head: BlockHead,
  weightsAt: number | null,
  signal: AbortSignal,
): Promise<CommitmentLook | null> {
  const { store, chain, signer, netuid, master } = parts
  const state = await chain.readEpochState(netuid, head.hash, signal)
  const end = nextEpochBlock(state)
  if (end === null) return null
  const epoch = epochOfNextBlock(state) + 1
  // In an epoch's own block an extrinsic counts for that epoch already.
  const beginsAt = end === head.number + 1 ? end + state.tempo : end
  const stored = await readCommitmentsFrom(store, epoch - 1)
  const final = await chain.readFinalisedHead(signal)
  const found: { epoch: number; block: number | null; isFinal: boolean }[] = []
  if (!isSettled(stored, epoch)) {
    const held = await readHeld(final.hash)
    if (held !== null) found.push({ ...held, isFinal: true })
    for (const { epoch: other, block, isFinal, sentBlock } of stored) {
      if (isFinal || other === held?.epoch) continue
      const best = block === null && sentBlock !== null ? await readHeld(head.hash) : null
      if (best?.epoch === other) found.push({ ...best, isFinal: false })
      // A re-org took it, or a block that we were told of never became final.
      if (block !== null && final.number >= block) found.push({ epoch: other, block: null, isFinal: false })
    }
  }
  const recordOf = (wanted: number): CommitmentRecord | null => {
    const record = stored.find(each => each.epoch === wanted) ?? null
    const shown = found.find(each => each.epoch === wanted)
    if (shown === undefined) return record
    const fresh = { epoch: wanted, fields: [], discloses: null, attempts: 0, sentBlock: null }
    return { ...(record ?? fresh), block: shown.block, isFinal: shown.isFinal }
  }
  const record = recordOf(epoch)
  const step = planCommitment({ head: head.number, record, earlier: recordOf(epoch - 1), weightsAt })
  return { epoch, beginsAt, step, record, found, finishedEpoch: lastFinished(state, final.number) }

  async function readHeld(at: string): Promise<{ epoch: number; block: number } | null> {
    const held = await chain.readCommitment(netuid, signer.hotkey, at, signal)
    const ours = [epoch, epoch - 1].find(each => held !== null && commitsTo(held.fields, epochSecret(master, netuid, each)))
    return held === null || ours === undefined ? null : { epoch: ours, block: held.block }
  }
}

/** Nothing is left to find out where the epoch's own commitment is final: the one before it has been replaced. */
function isSettled(stored: readonly CommitmentRecord[], epoch: number): boolean {
  return stored.some(record => record.epoch === epoch && record.isFinal)
}

/** The state is the head's; the finalised block may still lie in the epoch before. */
function lastFinished({ subnetEpochIndex, lastEpochBlock }: EpochState, finalised: number): number {
  return finalised >= lastEpochBlock ? subnetEpochIndex - 1 : subnetEpochIndex - 2
}
