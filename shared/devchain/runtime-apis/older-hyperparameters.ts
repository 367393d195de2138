import type { Context } from '../context.ts'
import { storage } from '../pallets/subtensor-module/storage.ts'
import { i32f32 } from '../pallets/subtensor-module/types.ts'
import type { Codec } from '../scale/codec.ts'
import { compact } from '../scale/compact.ts'
import { struct } from '../scale/composites.ts'
import { bool, u16 } from '../scale/primitives.ts'
import { type MetagraphField, metagraphCodecs, readMetagraphFields } from './metagraph.ts'

type FieldValues = Readonly<Record<string, unknown>>

const names: readonly MetagraphField[] = [
  'rho',
  'kappa',
  'immunity_period',
  'min_allowed_weights',
  'max_weights_limit',
  'tempo',
  'min_difficulty',
  'max_difficulty',
  'weights_version',
  'weights_rate_limit',
  'adjustment_interval',
  'activity_cutoff',
  'registration_allowed',
  'target_regs_per_interval',
  'min_burn',
  'max_burn',
  'bonds_moving_avg',
  'max_regs_per_block',
  'serving_rate_limit',
  'max_validators',
  'adjustment_alpha',
  'difficulty',
  'commit_reveal_period',
  'commit_reveal_weights_enabled',
  'alpha_high',
  'alpha_low',
  'liquid_alpha_enabled',
]

/** Hyperparameters as a fixed record: what older clients read. */
export const hyperparametersV1: Codec<FieldValues> = struct(
  'pallet_subtensor::rpc_info::subnet_info::SubnetHyperparams',
  metagraphCodecs(names),
)

/** The same with six more. */
export const hyperparametersV2: Codec<FieldValues> = struct('pallet_subtensor::rpc_info::subnet_info::SubnetHyperparamsV2', {
  ...metagraphCodecs(names),
  alpha_sigmoid_steepness: i32f32,
  yuma_version: compact(u16),
  subnet_is_active: bool,
  transfers_enabled: bool,
  bonds_reset_enabled: bool,
  user_liquidity_enabled: bool,
})

/** The values for both records, undefined where there is no such subnet. */
export function readOlderHyperparameters(ctx: Context, netuid: number): FieldValues | undefined {
  const shared = readMetagraphFields(ctx, netuid, names)
  if (shared === undefined) return undefined
  return {
    ...shared,
    alpha_sigmoid_steepness: BigInt(ctx.get(storage.AlphaSigmoidSteepness, netuid)) << 32n,
    yuma_version: ctx.get(storage.Yuma3On, netuid) ? 3 : 2,
    subnet_is_active: ctx.get(storage.SubtokenEnabled, netuid),
    transfers_enabled: ctx.get(storage.TransferToggle, netuid),
    bonds_reset_enabled: ctx.get(storage.BondsResetOn, netuid),
    user_liquidity_enabled: false,
  }
}
