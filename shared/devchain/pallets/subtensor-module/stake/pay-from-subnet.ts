import type { Context } from '../../../context.ts'
import { ensure } from '../../../dispatch-error.ts'
import { spendableBalance, transferFunds } from '../../balances/funds.ts'
import { errors } from '../errors.ts'
import { subnetAccount } from '../subnets/subnet-account.ts'

/** Moves rao from a subnet's account to someone's. Throws InsufficientBalance. */
export function payFromSubnet(ctx: Context, netuid: number, to: string, amount: bigint): void {
  if (amount === 0n) return
  const account = subnetAccount(netuid)
  ensure(amount <= spendableBalance(ctx, account, 'expendable'), errors.InsufficientBalance)
  transferFunds(ctx, account, to, amount, 'expendable')
}
