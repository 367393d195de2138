import type { Context } from '../../context.ts'
import { arithmeticFailure, DispatchError, tokenFailure } from '../../dispatch-error.ts'
import { systemEvents, systemStorage } from '../system.ts'
import { balancesErrors, balancesEvents, balancesStorage, existentialDeposit } from './tables.ts'

const maxBalance = (1n << 64n) - 1n

/** Whether an account may end with nothing (it is then removed) or must keep the existential deposit. */
export type Preservation = 'expendable' | 'preserve'

/** What an account holds, in rao; 0 for an account that does not exist. */
export function freeBalance(ctx: Context, who: string): bigint {
  return ctx.get(systemStorage.Account, who).data.free
}

/** What an account can give away, in rao. */
export function spendableBalance(ctx: Context, who: string, preservation: Preservation): bigint {
  const free = freeBalance(ctx, who)
  const keep = preservation === 'preserve' ? existentialDeposit : 0n
  return free > keep ? free - keep : 0n
}

/** Moves rao between accounts. Throws Token.FundsUnavailable, NotExpendable or BelowMinimum, as the real pallet does. */
export function transferFunds(ctx: Context, from: string, to: string, amount: bigint, preservation: Preservation): void {
  if (from === to || amount === 0n) {
    if (freeBalance(ctx, from) < amount) throw tokenFailure('FundsUnavailable')
  } else {
    takeFunds(ctx, from, amount, preservation)
    giveFunds(ctx, to, amount)
  }
  ctx.deposit(balancesEvents.Transfer, { from, to, amount })
}

/** Takes rao out of an account and out of existence, with the event Withdraw; the caller must account for them. */
export function withdrawFunds(ctx: Context, who: string, amount: bigint, preservation: Preservation = 'expendable'): void {
  takeFunds(ctx, who, amount, preservation)
  changeIssuance(ctx, -amount)
  ctx.deposit(balancesEvents.Withdraw, { who, amount })
}

/** Puts new rao into an account, with the event Deposit. */
export function depositFunds(ctx: Context, who: string, amount: bigint): void {
  giveFunds(ctx, who, amount)
  changeIssuance(ctx, amount)
  ctx.deposit(balancesEvents.Deposit, { who, amount })
}

/** Sets what an account holds; less than the existential deposit removes it. Gives the new balance. */
export function setFunds(ctx: Context, who: string, wanted: bigint): bigint {
  const before = freeBalance(ctx, who)
  const after = wanted < existentialDeposit ? 0n : wanted
  changeIssuance(ctx, after - before)
  writeFree(ctx, who, after)
  return after
}

function takeFunds(ctx: Context, who: string, amount: bigint, preservation: Preservation): void {
  const free = freeBalance(ctx, who)
  if (free < amount) throw tokenFailure('FundsUnavailable')
  const rest = free - amount
  if (rest < existentialDeposit && preservation === 'preserve') throw tokenFailure('NotExpendable')
  writeFree(ctx, who, rest)
}

function giveFunds(ctx: Context, who: string, amount: bigint): void {
  const free = freeBalance(ctx, who) + amount
  if (free > maxBalance) throw arithmeticFailure('Overflow')
  if (free < existentialDeposit) throw tokenFailure('BelowMinimum')
  writeFree(ctx, who, free)
}

/** Writes a balance, creating or removing the account as the existential deposit says. */
function writeFree(ctx: Context, who: string, free: bigint): void {
  const info = ctx.get(systemStorage.Account, who)
  const exists = info.providers > 0
  if (free < existentialDeposit) {
    if (!exists) return
    if (info.consumers > 0) throw new DispatchError({ type: 'ConsumerRemaining' })
    if (free > 0n) {
      changeIssuance(ctx, -free)
      ctx.deposit(balancesEvents.DustLost, { account: who, amount: free })
    }
    if (info.sufficients === 0) {
      ctx.remove(systemStorage.Account, who)
      ctx.deposit(systemEvents.KilledAccount, { account: who })
    } else ctx.set(systemStorage.Account, who, { ...info, providers: 0, data: { ...info.data, free: 0n } })
    return
  }
  ctx.set(systemStorage.Account, who, { ...info, providers: exists ? info.providers : 1, data: { ...info.data, free } })
  if (!exists) {
    ctx.deposit(systemEvents.NewAccount, { account: who })
    ctx.deposit(balancesEvents.Endowed, { account: who, free_balance: free })
  }
}

function changeIssuance(ctx: Context, by: bigint): void {
  const issuance = ctx.get(balancesStorage.TotalIssuance) + by
  if (issuance > maxBalance) throw arithmeticFailure('Overflow')
  ctx.set(balancesStorage.TotalIssuance, issuance < 0n ? 0n : issuance)
}

/** The error that calls of older pallets report where funds are missing. */
export const insufficientBalance = () => new DispatchError(balancesErrors.InsufficientBalance)
