import { multiAddress } from '../../frame-types.ts'
import { ensureRoot, ensureSigned } from '../../origin.ts'
import { call, constant, definePallet } from '../../pallet.ts'
import { compact } from '../../scale/compact.ts'
import { bool, u32, u64 } from '../../scale/primitives.ts'
import { lookupAccount } from '../lookup-account.ts'
import { setFunds, spendableBalance, transferFunds } from './funds.ts'
import { balancesErrors, balancesEvents, balancesId, balancesStorage, existentialDeposit } from './tables.ts'

/** The pallet of free balances. */
export const balancesPallet = definePallet({
  id: balancesId,
  storage: balancesStorage,
  events: balancesEvents,
  errors: balancesErrors,
  constants: {
    ExistentialDeposit: constant(u64, existentialDeposit),
    MaxLocks: constant(u32, 50),
    MaxReserves: constant(u32, 50),
    MaxFreezes: constant(u32, 50),
  },
  calls: {
    transfer_allow_death: call({
      index: 0,
      args: { dest: multiAddress, value: compact(u64) },
      pays: 'yes',
      dispatch: (ctx, origin, { dest, value }) => transferFunds(ctx, ensureSigned(origin), lookupAccount(dest), value, 'expendable'),
    }),
    force_transfer: call({
      index: 2,
      args: { source: multiAddress, dest: multiAddress, value: compact(u64) },
      pays: 'yes',
      dispatch(ctx, origin, { source, dest, value }) {
        ensureRoot(origin)
        transferFunds(ctx, lookupAccount(source), lookupAccount(dest), value, 'expendable')
      },
    }),
    transfer_keep_alive: call({
      index: 3,
      args: { dest: multiAddress, value: compact(u64) },
      pays: 'yes',
      dispatch: (ctx, origin, { dest, value }) => transferFunds(ctx, ensureSigned(origin), lookupAccount(dest), value, 'preserve'),
    }),
    transfer_all: call({
      index: 4,
      args: { dest: multiAddress, keep_alive: bool },
      pays: 'yes',
      dispatch(ctx, origin, { dest, keep_alive }) {
        const from = ensureSigned(origin)
        const preservation = keep_alive ? 'preserve' : 'expendable'
        transferFunds(ctx, from, lookupAccount(dest), spendableBalance(ctx, from, preservation), preservation)
      },
    }),
    force_set_balance: call({
      index: 8,
      args: { who: multiAddress, new_free: compact(u64) },
      pays: 'yes',
      dispatch(ctx, origin, { who, new_free }) {
        ensureRoot(origin)
        const account = lookupAccount(who)
        const free = setFunds(ctx, account, new_free)
        ctx.deposit(balancesEvents.BalanceSet, { who: account, free })
      },
    }),
  },
  hooks: {
    genesis(ctx, options) {
      for (const [account, amount] of options.balances) setFunds(ctx, account, amount)
    },
  },
})
