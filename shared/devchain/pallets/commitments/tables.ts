import { defineErrors } from '../../dispatch-error.ts'
import { defineEvents, event } from '../../event.ts'
import { palletId } from '../../pallet-id.ts'
import { boundedVec, bytes, tuple, vec } from '../../scale/collections.ts'
import { newtype, struct } from '../../scale/composites.ts'
import { accountId } from '../../scale/hashes.ts'
import { u16, u32, u64 } from '../../scale/primitives.ts'
import { defineStorage, storageMap, storageValue } from '../../storage-entry.ts'
import { commitmentField } from './field.ts'

/** The pallet of what registered hotkeys publish about themselves. */
export const commitmentsId = palletId({ name: 'Commitments', index: 18, path: 'pallet_commitments::pallet' })

/** A commitment has at most so many fields. */
export const maxFields = 3

export const commitmentInfo = struct('pallet_commitments::types::CommitmentInfo', { fields: boundedVec(commitmentField, maxFields) })

/** A stored commitment; deposits are zero on this chain. */
export const registration = struct('pallet_commitments::types::Registration', { deposit: u64, block: u32, info: commitmentInfo })

const usage = struct('pallet_commitments::types::UsageTracker', { last_epoch: u64, used_space: u64 })

const perAccount = [
  ['Identity', u16],
  ['Twox64Concat', accountId],
] as const

const listed = vec(tuple(u16, accountId))

export const commitmentsStorage = defineStorage(commitmentsId, {
  /** Who has timelocked fields that are still to be revealed: in order, no one twice. */
  TimelockedIndex: storageValue(newtype('BTreeSet', listed, [{ name: 'T', type: tuple(u16, accountId).type }]), { default: [] }),
  CommitmentOf: storageMap(perAccount, registration),
  LastCommitment: storageMap(perAccount, u32),
  LastBondsReset: storageMap(perAccount, u32),
  RevealedCommitments: storageMap(perAccount, vec(tuple(bytes, u64))),
  UsedSpaceOf: storageMap(perAccount, usage),
  MaxSpace: storageValue(u32, { default: 3_100 }),
})

export const commitmentsEvents = defineEvents(commitmentsId, {
  Commitment: event(0, { netuid: u16, who: accountId }),
  TimelockCommitment: event(1, { netuid: u16, who: accountId, reveal_round: u64 }),
  CommitmentRevealed: event(2, { netuid: u16, who: accountId }),
})

export const commitmentsErrors = defineErrors(commitmentsId, {
  TooManyFieldsInCommitmentInfo: 0,
  AccountNotAllowedCommit: 1,
  SpaceLimitExceeded: 2,
  UnexpectedUnreserveLeftover: 3,
})
