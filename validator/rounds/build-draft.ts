import { randomBytes } from 'node:crypto'
import type { Signer } from '../../shared/chain/chain-port.ts'
import { encryptToRound } from '../../shared/timelock/encrypt-to-round.ts'
import { hashWeights } from '../../shared/timelock/hash-weights.ts'
import { planReveal } from '../../shared/timelock/plan-reveal.ts'
import { encodeLegacyPayload, encodeWeightsPayload } from '../../shared/timelock/weights-payload.ts'
import type { TargetedVector } from '../weights/build-vector.ts'
import type { IntentDraft } from '../weights/intent.ts'
import type { WeightsLook } from './look-at-weights.ts'

export interface DraftInput {
  readonly look: WeightsLook
  readonly content: TargetedVector
  readonly round: number
  readonly netuid: number
  readonly signer: Pick<Signer, 'publicKey'>
  readonly blockTimeMs: number
}

const saltLength = 8
/** Commits before this version name no hotkey, and the chain tries only once to open them. */
const namedVersion = 4

/** Everything that will be sent, ready to be stored: a timelocked commit is encrypted here, a hash commit gets its salt. */
export function buildDraft({ look, content, round, netuid, signer, blockTimeMs }: DraftInput): IntentDraft {
  const { plan, versionKey, epochState, beacon } = look
  const { vector, targets } = content
  const common = { form: plan.form, epoch: plan.epoch, round, vector, targets, versionKey, commit: null, salt: null, revealRound: null }
  const weights = { hotkey: signer.publicKey, uids: vector.uids, values: vector.values, versionKey }
  if (plan.form === 'hash') {
    const random = randomBytes(2 * saltLength)
    const salt = Array.from({ length: saltLength }, (_, index) => random.readUInt16LE(2 * index))
    return { ...common, salt, commit: hexOf(hashWeights({ ...weights, netuidIndex: netuid, salt })) }
  }
  if (plan.form === 'set-weights' || beacon === null) return common
  const { subnetEpochIndex: epochIndex, revealPeriodEpochs } = epochState
  const named = (epochState.commitRevealVersion ?? 0) >= namedVersion
  const { round: revealRound } = planReveal({
    schedule: epochState,
    epochIndex,
    revealPeriodEpochs,
    blockTimeMs,
    // The chain's clock, not ours: a machine whose clock is wrong would encrypt to a round that is out already, or comes too late.
    nowMs: beacon.nowMs,
    beacon,
    openedOnce: !named,
  })
  const message = named ? encodeWeightsPayload(weights) : encodeLegacyPayload(weights)
  const commit = encryptToRound({
    message,
    round: revealRound,
    beaconPublicKey: beacon.publicKey,
    random: size => new Uint8Array(randomBytes(size)),
  })
  return { ...common, revealRound, commit: hexOf(commit) }
}

function hexOf(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes).toString('hex')}`
}
