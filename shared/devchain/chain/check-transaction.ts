import type { Context } from '../context.ts'
import { spendableBalance } from '../pallets/balances/funds.ts'
import { systemStorage } from '../pallets/system.ts'
import { computeFee } from '../pallets/transaction-payment.ts'
import type { InvalidTransaction } from '../transaction-validity.ts'
import type { SignedExtrinsic } from './extrinsic.ts'

/** A signed extrinsic whose signature holds. */
export interface Transaction {
  readonly xt: SignedExtrinsic
  /** The signer, lower-case 0x hex. */
  readonly who: string
}

/** What a transaction costs before its dispatch, in rao, tip included; free calls cost their tip alone. */
export function feeOf({ xt }: Transaction): bigint {
  if (xt.call.pays === 'no') return xt.tip
  const fee = computeFee(xt.call, xt.bytes.length)
  return fee.base + fee.length + fee.weight + xt.tip
}

/**
 * The checks of the transaction extensions in their order: nonce, fee, the pallets' own. Null lets it pass; `Future` says that an
 * earlier nonce is missing. An account that does not exist can send free calls only.
 */
export function checkTransaction(ctx: Context, transaction: Transaction): InvalidTransaction | null {
  const { xt, who } = transaction
  if (/^0x0+$/.test(who)) return { code: 'BadSigner' }
  const account = ctx.get(systemStorage.Account, who)
  if (xt.call.pays === 'yes' && account.providers === 0 && account.sufficients === 0) return { code: 'Payment' }
  if (xt.nonce < account.nonce) return { code: 'Stale' }
  const fee = feeOf(transaction)
  if (fee > 0n && spendableBalance(ctx, who, 'preserve') < fee) return { code: 'Payment' }
  const refusal = xt.call.validate(ctx, { kind: 'signed', who })
  if (refusal !== null) return refusal
  return xt.nonce > account.nonce ? { code: 'Future' } : null
}
