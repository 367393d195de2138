import type { Context } from '../context.ts'
import { storage } from '../pallets/subtensor-module/storage.ts'
import { listSubnets } from '../pallets/subtensor-module/subnets/list-subnets.ts'
import { defineRuntimeApi, method, type RuntimeApi } from '../runtime-api.ts'
import { option, tuple, vec } from '../scale/collections.ts'
import { struct } from '../scale/composites.ts'
import { accountId } from '../scale/hashes.ts'
import { u16, u64 } from '../scale/primitives.ts'
import { listStakeInfo, readStakeInfo, stakeInfo } from './stake-info.ts'

const subnetPrice = struct('pallet_subtensor_swap_runtime_api::SubnetPrice', { netuid: u16, price: u64 })

const simulatedSwap = struct('pallet_subtensor_swap_runtime_api::SimSwapResult', {
  tao_amount: u64,
  alpha_amount: u64,
  tao_fee: u64,
  alpha_fee: u64,
  tao_slippage: u64,
  alpha_slippage: u64,
})

/** Rao of TAO per alpha: at par everywhere. */
const price = 1_000_000_000n

/** At par a swap gives as much as it takes, without fee or slippage; on a subnet that does not exist it gives nothing. */
function swapAtPar(ctx: Context, netuid: number, amount: bigint) {
  const given = ctx.get(storage.NetworksAdded, netuid) ? amount : 0n
  return { tao_amount: given, alpha_amount: given, tao_fee: 0n, alpha_fee: 0n, tao_slippage: 0n, alpha_slippage: 0n }
}

/** What clients read of stake and prices. */
export const walletApis: readonly RuntimeApi[] = [
  defineRuntimeApi({
    trait: 'StakeInfoRuntimeApi',
    version: 1,
    methods: {
      get_stake_info_for_coldkey: method({
        args: { coldkey_account: accountId },
        output: vec(stakeInfo),
        run: (ctx, { coldkey_account }) => listStakeInfo(ctx, coldkey_account),
      }),
      get_stake_info_for_coldkeys: method({
        args: { coldkey_accounts: vec(accountId) },
        output: vec(tuple(accountId, vec(stakeInfo))),
        run: (ctx, { coldkey_accounts }) => coldkey_accounts.map(coldkey => [coldkey, listStakeInfo(ctx, coldkey)] as const),
      }),
      get_stake_info_for_hotkey_coldkey_netuid: method({
        args: { hotkey_account: accountId, coldkey_account: accountId, netuid: u16 },
        output: option(stakeInfo),
        run: (ctx, { hotkey_account, coldkey_account, netuid }) => readStakeInfo(ctx, hotkey_account, coldkey_account, netuid),
      }),
    },
  }),
  defineRuntimeApi({
    trait: 'SwapRuntimeApi',
    version: 1,
    methods: {
      current_alpha_price: method({ args: { netuid: u16 }, output: u64, run: () => price }),
      current_alpha_price_all: method({
        args: {},
        output: vec(subnetPrice),
        run: ctx => listSubnets(ctx).map(netuid => ({ netuid, price })),
      }),
      sim_swap_tao_for_alpha: method({
        args: { netuid: u16, tao: u64 },
        output: simulatedSwap,
        run: (ctx, { netuid, tao }) => swapAtPar(ctx, netuid, tao),
      }),
      sim_swap_alpha_for_tao: method({
        args: { netuid: u16, alpha: u64 },
        output: simulatedSwap,
        run: (ctx, { netuid, alpha }) => swapAtPar(ctx, netuid, alpha),
      }),
    },
  }),
]
