import type { CallSpec } from './sign-call.ts'

/** The dearest that an alpha may become while an order is filled, in rao of TAO; and whether a part of the order may be filled. */
export interface StakeLimit {
  readonly priceRao: bigint
  readonly allowPartial: boolean
}

/** The call that stakes rao of TAO on a hotkey, at no more than a price where one is given. */
export function stakeCall(netuid: number, hotkey: string, amountRao: bigint, limit?: StakeLimit): CallSpec {
  const pallet = 'subtensorModule'
  if (limit === undefined) return { pallet, call: 'addStake', args: [hotkey, netuid, amountRao] }
  return { pallet, call: 'addStakeLimit', args: [hotkey, netuid, amountRao, limit.priceRao, limit.allowPartial] }
}
