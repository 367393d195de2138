import { defineErrors } from '../../dispatch-error.ts'
import { defineEvents, event } from '../../event.ts'
import { accountData, emptyAccountData } from '../../frame-types.ts'
import { palletId } from '../../pallet-id.ts'
import { accountId } from '../../scale/hashes.ts'
import { u64 } from '../../scale/primitives.ts'
import { defineStorage, storageMap, storageValue } from '../../storage-entry.ts'

export const balancesId = palletId({ name: 'Balances', index: 5, path: 'pallet_balances::pallet' })

/** An account that would hold less than this (in rao) does not exist. */
export const existentialDeposit = 500n

export const balancesStorage = defineStorage(balancesId, {
  TotalIssuance: storageValue(u64, { default: 0n }),
  InactiveIssuance: storageValue(u64, { default: 0n }),
  // Balances live in System.Account; the real chain declares this map too and leaves it empty.
  Account: storageMap([['Blake2_128Concat', accountId]], accountData, { default: emptyAccountData }),
})

const who = { who: accountId, amount: u64 }

export const balancesEvents = defineEvents(balancesId, {
  Endowed: event(0, { account: accountId, free_balance: u64 }),
  DustLost: event(1, { account: accountId, amount: u64 }),
  Transfer: event(2, { from: accountId, to: accountId, amount: u64 }),
  BalanceSet: event(3, { who: accountId, free: u64 }),
  Deposit: event(7, who),
  Withdraw: event(8, who),
  Minted: event(10, who),
  Burned: event(11, who),
})

export const balancesErrors = defineErrors(balancesId, {
  VestingBalance: 0,
  LiquidityRestrictions: 1,
  InsufficientBalance: 2,
  ExistentialDeposit: 3,
  Expendability: 4,
  ExistingVestingSchedule: 5,
  DeadAccount: 6,
  TooManyReserves: 7,
  TooManyHolds: 8,
  TooManyFreezes: 9,
  IssuanceDeactivated: 10,
  DeltaZero: 11,
})
