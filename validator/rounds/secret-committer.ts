import type { BlockHead, ChainPort, Signer } from '../../shared/chain/chain-port.ts'
import { isAssayError } from '../../shared/errors/assay-error.ts'
import type { Logger } from '../../shared/observe/create-logger.ts'
import { abortAfter } from '../../shared/util/abort-after.ts'
import { commitmentFields } from '../audit/commitment-fields.ts'
import { epochSecret } from '../audit/epoch-secret.ts'
import { commitmentEraBlocks } from '../audit/plan-commitment.ts'
import {
  markCommitmentSent,
  placeCommitment,
  readCommitmentsFrom,
  readUndisclosedEpoch,
  saveCommitment,
} from '../storage/commitment-table.ts'
import { readOldestUnsettledEpoch } from '../storage/round-table.ts'
import { type CommitmentLook, type CommitmentLookParts, type CommitmentReads, lookAtCommitment } from './look-at-commitment.ts'

/** Publishes the hash of each epoch's audit secret before the epoch begins; the caller waits for one call before it makes the next. */
export interface SecretCommitter {
  /** `weightsAt` is the block that is to hold our next weights, which come first. Never throws what the chain or the network did. */
  commitIfDue(weightsAt: number | null, signal: AbortSignal): Promise<void>
  status(): CommitmentStatus
}

export interface CommitmentStatus {
  /** The newest epoch that we know of whose secret the chain holds a commitment to, and its block. */
  readonly epoch: number | null
  readonly block: number | null
  readonly lastError: string | null
}

export interface SecretCommitterParts extends CommitmentLookParts {
  readonly chain: CommitmentReads & Pick<ChainPort, 'blockTimeMs' | 'readHead' | 'submitCommitment'>
  readonly signer: Signer
  readonly scoringVersion: string
  /** Of the calibration that the subnet file names; null where it names none. */
  readonly calibrationDigest?: string | null
  readonly log: Logger
}

/** An attempt is followed for so long; what it comes to after that is read from the chain. */
const attemptBlocks = 2
const shortestAttemptMs = 1_000
/** Where nothing is to be done, a look is taken at least so many times in a tempo: the owner may bring an epoch forward. */
const looksPerTempo = 36

/** Builds the committer on a validator's database. */
export function buildSecretCommitter(parts: SecretCommitterParts): SecretCommitter {
  const { store, chain, signer, netuid, master, scoringVersion, calibrationDigest = null, log } = parts
  let status: CommitmentStatus = { epoch: null, block: null, lastError: null }
  let nextLook = 0
  let unsupported = false

  const send = async ({ epoch, record, finishedEpoch }: CommitmentLook, head: BlockHead, signal: AbortSignal) => {
    if (record === null) await saveCommitment(store, { epoch, ...(await draft(epoch, finishedEpoch)) })
    const stored = (await readCommitmentsFrom(store, epoch)).find(each => each.epoch === epoch)
    if (stored === undefined) return
    await markCommitmentSent(store, epoch, head.number)
    const fields = stored.fields.map(field => new Uint8Array(Buffer.from(field.slice(2), 'hex')))
    const options = {
      until: 'included',
      eraBlocks: commitmentEraBlocks,
      signal: abortAfter(Math.max(shortestAttemptMs, attemptBlocks * chain.blockTimeMs), signal),
    } as const
    const outcome = await chain.submitCommitment(signer, netuid, fields, options)
    if (outcome.status === 'failed' || outcome.status === 'refused') throw new Error(outcome.error)
    await placeCommitment(store, epoch, outcome.block.number, false)
    status = { epoch, block: outcome.block.number, lastError: null }
    log.info({ epoch, block: outcome.block.number, discloses: stored.discloses }, 'committed to the audit secret')
  }

  const draft = async (epoch: number, finishedEpoch: number) => {
    const unsettled = await readOldestUnsettledEpoch(store)
    const discloses = await readUndisclosedEpoch(store, Math.min(finishedEpoch, (unsettled ?? Number.POSITIVE_INFINITY) - 1))
    const fields = commitmentFields({
      coming: epochSecret(master, netuid, epoch),
      closed: discloses === null ? null : epochSecret(master, netuid, discloses),
      scoringVersion,
      calibrationDigest,
    })
    return { fields: fields.map(field => `0x${Buffer.from(field).toString('hex')}`), discloses }
  }

  const step = async (weightsAt: number | null, signal: AbortSignal) => {
    const head = await chain.readHead(signal)
    if (head.number < nextLook) return
    const look = await lookAtCommitment(parts, head, weightsAt, signal)
    if (look === null) return
    for (const { epoch, block, isFinal } of look.found) {
      // One that the journal lost, as after a restore: the secret is the same, so it counts.
      if (look.record?.epoch === epoch && look.record.fields.length === 0)
        await saveCommitment(store, { epoch, fields: [], discloses: null })
      await placeCommitment(store, epoch, block, isFinal)
      if (block !== null) status = { ...status, epoch, block }
    }
    if (look.step === 'due') await send(look, head, signal)
    const stride = Math.max(1, Math.floor((look.beginsAt - head.number) / looksPerTempo))
    nextLook = look.step === 'committed' ? Math.min(look.beginsAt, head.number + stride) : 0
  }

  return {
    status: () => status,
    async commitIfDue(weightsAt, signal) {
      if (unsupported) return
      try {
        await step(weightsAt, signal)
      } catch (error) {
        if (signal.aborted) return
        // A runtime without commitments: audits go on, and nobody can prove them.
        unsupported = isAssayError(error, 'CHAIN_UNSUPPORTED')
        status = { ...status, lastError: error instanceof Error ? error.message : String(error) }
        log.warn({ error: status.lastError }, 'the audit secret is not committed to; it is tried again')
      }
    },
  }
}
