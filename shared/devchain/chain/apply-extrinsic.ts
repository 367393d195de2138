import { blockAuthor } from '../block-author.ts'
import type { DispatchOutcome } from '../context.ts'
import type { Origin } from '../origin.ts'
import { depositFunds, withdrawFunds } from '../pallets/balances/funds.ts'
import { systemEvents, systemStorage } from '../pallets/system.ts'
import { transactionPaymentEvents } from '../pallets/transaction-payment.ts'
import type { RuntimeCall } from '../runtime-call.ts'
import type { OpenContext } from './chain-context.ts'
import { feeOf, type Transaction } from './check-transaction.ts'

/** Applies a checked transaction: nonce, fee, dispatch in its own layer, refund where the call was free, the closing event. */
export function applyTransaction(ctx: OpenContext, transaction: Transaction, position: number): void {
  const { xt, who } = transaction
  ctx.phase = { type: 'ApplyExtrinsic', value: position }
  const account = ctx.get(systemStorage.Account, who)
  ctx.set(systemStorage.Account, who, { ...account, nonce: xt.nonce + 1 })
  const charged = feeOf(transaction)
  if (charged > 0n) withdrawFunds(ctx, who, charged, 'preserve')
  const outcome = ctx.dispatch(xt.call, { kind: 'signed', who })
  const free = xt.call.pays === 'no' || outcome.pays === 'no'
  if (charged > 0n) {
    const actual = free ? xt.tip : charged
    if (charged > actual) depositFunds(ctx, who, charged - actual)
    if (actual > 0n) depositFunds(ctx, blockAuthor, actual)
    ctx.deposit(transactionPaymentEvents.TransactionFeePaid, { who, actual_fee: actual, tip: xt.tip })
  }
  depositResult(ctx, xt.call, outcome, free)
}

/** Applies an inherent. Throws what its dispatch throws: a block whose inherents fail is our own fault. */
export function applyInherent(ctx: OpenContext, call: RuntimeCall, position: number): void {
  ctx.phase = { type: 'ApplyExtrinsic', value: position }
  const origin: Origin = { kind: 'none' }
  depositResult(ctx, call, ctx.dispatch(call, origin), true)
}

function depositResult(ctx: OpenContext, call: RuntimeCall, outcome: DispatchOutcome, free: boolean): void {
  const dispatch_info = { weight: call.weight, class: call.class, pays_fee: free ? 'No' : 'Yes' } as const
  if (outcome.error === undefined) ctx.deposit(systemEvents.ExtrinsicSuccess, { dispatch_info })
  else ctx.deposit(systemEvents.ExtrinsicFailed, { dispatch_error: outcome.error, dispatch_info })
}
