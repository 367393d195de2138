import type { Context } from '../../../context.ts'
import { DispatchError } from '../../../dispatch-error.ts'
import { spendableBalance, transferFunds } from '../../balances/funds.ts'
import { errors } from '../errors.ts'
import { subnetAccount } from '../subnets/subnet-account.ts'

/** Moves rao from a coldkey to a subnet's account, never the coldkey's last; gives what was moved. Throws InsufficientBalance for nothing. */
export function payToSubnet(ctx: Context, coldkey: string, netuid: number, amount: bigint): bigint {
  if (amount === 0n) return 0n
  const most = spendableBalance(ctx, coldkey, 'preserve')
  const paid = amount < most ? amount : most
  if (paid === 0n) throw new DispatchError(errors.InsufficientBalance)
  transferFunds(ctx, coldkey, subnetAccount(netuid), paid, 'preserve')
  return paid
}
