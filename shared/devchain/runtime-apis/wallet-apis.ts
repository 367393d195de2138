import { feeOf } from '../../consensus/pool/swap-in-pool.ts'
import type { Context } from '../context.ts'
import { listSubnets } from '../pallets/subtensor-module/subnets/list-subnets.ts'
import { u64f64 } from '../pallets/subtensor-module/types.ts'
import { hasPool } from '../pallets/swap/read-pool.ts'
import { swapStorage } from '../pallets/swap/tables.ts'
import { defineRuntimeApi, method, type RuntimeApi } from '../runtime-api.ts'
import { option, tuple, vec } from '../scale/collections.ts'
import { struct } from '../scale/composites.ts'
import { accountId } from '../scale/hashes.ts'
import { u16, u64 } from '../scale/primitives.ts'
import { delegateInfo, delegation, listDelegates, listDelegations, readDelegate } from './delegate-info.ts'
import { describeBuy, describeSale, readPriceRao, simulatedSwap } from './simulated-swap.ts'
import { readAvailabilities, stakeAvailabilities } from './stake-availability.ts'
import { listStakeInfo, readStakeInfo, stakeInfo } from './stake-info.ts'

const subnetPrice = struct('pallet_subtensor_swap_runtime_api::SubnetPrice', { netuid: u16, price: u64 })

/** Nobody can lock stake here. */
const lockState = struct('pallet_subtensor::staking::lock::LockState', { locked_mass: u64, conviction: u64f64, last_update: u64 })

type Position = readonly [hotkey: string, netuid: number]

/** About what staking, moving or unstaking rao costs: the fee of the subnet it goes to, else of the one it comes from. */
function readStakeFee(ctx: Context, origin: Position | undefined, destination: Position | undefined, amount: bigint): bigint {
  if (origin?.[0] === destination?.[0] && origin?.[1] === destination?.[1]) return 0n
  const netuid = (destination ?? origin)?.[1] ?? 0
  return hasPool(ctx, netuid) ? feeOf(amount, ctx.get(swapStorage.FeeRate, netuid)) : 0n
}

/** What clients read of stake, delegates and prices. */
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
      get_stake_availability_for_coldkeys: method({
        args: { coldkey_accounts: vec(accountId), netuids: option(vec(u16)) },
        output: stakeAvailabilities,
        run: (ctx, { coldkey_accounts, netuids }) => readAvailabilities(ctx, coldkey_accounts, netuids),
      }),
      get_stake_fee: method({
        args: {
          origin: option(tuple(accountId, u16)),
          origin_coldkey_account: accountId,
          destination: option(tuple(accountId, u16)),
          destination_coldkey_account: accountId,
          amount: u64,
        },
        output: u64,
        run: (ctx, { origin, destination, amount }) => readStakeFee(ctx, origin, destination, amount),
      }),
      get_coldkey_lock: method({ args: { coldkey: accountId, netuid: u16 }, output: option(lockState), run: () => undefined }),
    },
  }),
  defineRuntimeApi({
    trait: 'DelegateInfoRuntimeApi',
    version: 1,
    methods: {
      get_delegates: method({ args: {}, output: vec(delegateInfo), run: listDelegates }),
      get_delegate: method({
        args: { delegate_account: accountId },
        output: option(delegateInfo),
        run: (ctx, { delegate_account }) => readDelegate(ctx, delegate_account),
      }),
      get_delegated: method({
        args: { delegatee_account: accountId },
        output: vec(delegation),
        run: (ctx, { delegatee_account }) => listDelegations(ctx, delegatee_account),
      }),
    },
  }),
  defineRuntimeApi({
    trait: 'SwapRuntimeApi',
    version: 1,
    methods: {
      current_alpha_price: method({ args: { netuid: u16 }, output: u64, run: (ctx, { netuid }) => readPriceRao(ctx, netuid) }),
      current_alpha_price_all: method({
        args: {},
        output: vec(subnetPrice),
        run: ctx => listSubnets(ctx).map(netuid => ({ netuid, price: readPriceRao(ctx, netuid) })),
      }),
      sim_swap_tao_for_alpha: method({
        args: { netuid: u16, tao: u64 },
        output: simulatedSwap,
        run: (ctx, { netuid, tao }) => describeBuy(ctx, netuid, tao),
      }),
      sim_swap_alpha_for_tao: method({
        args: { netuid: u16, alpha: u64 },
        output: simulatedSwap,
        run: (ctx, { netuid, alpha }) => describeSale(ctx, netuid, alpha),
      }),
    },
  }),
]
