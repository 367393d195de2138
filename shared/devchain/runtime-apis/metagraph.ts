import { activityCutoffOf } from '../../consensus/activity-cutoff.ts'
import type { Context } from '../context.ts'
import { commitmentsStorage, registration } from '../pallets/commitments/tables.ts'
import { readAxon } from '../pallets/subtensor-module/neurons/read-axon.ts'
import { readStakeWeight, type StakeWeight } from '../pallets/subtensor-module/stake/read-stake-weight.ts'
import { storage } from '../pallets/subtensor-module/storage.ts'
import { readSubnetName } from '../pallets/subtensor-module/subnets/read-subnet-name.ts'
import { axonInfo, chainIdentity, i96f32, subnetIdentity } from '../pallets/subtensor-module/types.ts'
import { type Codec, encodeValue } from '../scale/codec.ts'
import { option, tuple, vec } from '../scale/collections.ts'
import { compact } from '../scale/compact.ts'
import { struct } from '../scale/composites.ts'
import { accountId } from '../scale/hashes.ts'
import { bool, u8, u16, u64, u128 } from '../scale/primitives.ts'

const c8 = compact(u8)
const c16 = compact(u16)
const c64 = compact(u64)
const perHotkey = vec(tuple(accountId, c64))
const accountParameter = [{ name: 'AccountId', type: accountId.type }]

/** What the fields of a metagraph are read from; each list is read once, and only if a field asks. */
interface Subject {
  readonly ctx: Context
  readonly netuid: number
  readonly hotkeys: () => readonly string[]
  readonly stakes: () => readonly StakeWeight[]
}

interface Field {
  readonly codec: Codec<unknown>
  read(subject: Subject): unknown
}

const field = <T>(codec: Codec<T>, read: (subject: Subject) => T): Field => ({ codec, read })

type AmountEntry = typeof storage.Burn
type SmallEntry = typeof storage.Tempo
const amount = (entry: AmountEntry) => field(c64, ({ ctx, netuid }) => ctx.get(entry, netuid))
const small = (entry: SmallEntry) => field(c16, ({ ctx, netuid }) => ctx.get(entry, netuid))
const flag = (entry: typeof storage.NetworkRegistrationAllowed) => field(bool, ({ ctx, netuid }) => ctx.get(entry, netuid))
const shares = (entry: typeof storage.Incentive) => field(vec(c16), ({ ctx, netuid }) => ctx.get(entry, netuid))
const noLonger = <T>(codec: Codec<T>, value: T) => field(codec, () => value)
const letters = (bytes: Uint8Array) => Array.from(bytes)

/** The fields of a metagraph in their order, which is also how a selective one numbers them. */
const fields = {
  netuid: field(c16, ({ netuid }) => netuid),
  name: field(vec(c8), ({ ctx, netuid }) => letters(readSubnetName(ctx, netuid))),
  symbol: field(vec(c8), ({ ctx, netuid }) => letters(ctx.get(storage.TokenSymbol, netuid))),
  identity: field(option(subnetIdentity), ({ ctx, netuid }) => ctx.get(storage.SubnetIdentitiesV3, netuid)),
  network_registered_at: amount(storage.NetworkRegisteredAt),
  owner_hotkey: field(accountId, ({ ctx, netuid }) => ctx.get(storage.SubnetOwnerHotkey, netuid)),
  owner_coldkey: field(accountId, ({ ctx, netuid }) => ctx.get(storage.SubnetOwner, netuid)),
  block: field(c64, ({ ctx }) => BigInt(ctx.block)),
  tempo: small(storage.Tempo),
  last_step: amount(storage.LastMechansimStepBlock),
  blocks_since_last_step: field(c64, ({ ctx, netuid }) => BigInt(ctx.block) - ctx.get(storage.LastMechansimStepBlock, netuid)),
  subnet_emission: noLonger(c64, 0n),
  alpha_in: amount(storage.SubnetAlphaIn),
  alpha_out: amount(storage.SubnetAlphaOut),
  tao_in: amount(storage.SubnetTAO),
  alpha_out_emission: amount(storage.SubnetAlphaOutEmission),
  alpha_in_emission: amount(storage.SubnetAlphaInEmission),
  tao_in_emission: amount(storage.SubnetTaoInEmission),
  pending_alpha_emission: field(
    c64,
    ({ ctx, netuid }) => ctx.get(storage.PendingValidatorEmission, netuid) + ctx.get(storage.PendingServerEmission, netuid),
  ),
  pending_root_emission: noLonger(c64, 0n),
  subnet_volume: field(compact(u128), ({ ctx, netuid }) => ctx.get(storage.SubnetVolume, netuid)),
  moving_price: field(i96f32, ({ ctx, netuid }) => ctx.get(storage.SubnetMovingPrice, netuid)),
  rho: small(storage.Rho),
  kappa: small(storage.Kappa),
  min_allowed_weights: small(storage.MinAllowedWeights),
  max_weights_limit: noLonger(c16, 65_535),
  weights_version: amount(storage.WeightsVersionKey),
  weights_rate_limit: amount(storage.WeightsSetRateLimit),
  activity_cutoff: field(c64, ({ ctx, netuid }) =>
    BigInt(activityCutoffOf(ctx.get(storage.ActivityCutoffFactorMilli, netuid), ctx.get(storage.Tempo, netuid))),
  ),
  max_validators: small(storage.MaxAllowedValidators),
  num_uids: small(storage.SubnetworkN),
  max_uids: small(storage.MaxAllowedUids),
  burn: amount(storage.Burn),
  difficulty: amount(storage.Difficulty),
  registration_allowed: flag(storage.NetworkRegistrationAllowed),
  pow_registration_allowed: flag(storage.NetworkPowRegistrationAllowed),
  immunity_period: small(storage.ImmunityPeriod),
  min_difficulty: amount(storage.MinDifficulty),
  max_difficulty: amount(storage.MaxDifficulty),
  min_burn: amount(storage.MinBurn),
  max_burn: amount(storage.MaxBurn),
  adjustment_alpha: amount(storage.AdjustmentAlpha),
  adjustment_interval: small(storage.AdjustmentInterval),
  target_regs_per_interval: small(storage.TargetRegistrationsPerInterval),
  max_regs_per_block: small(storage.MaxRegistrationsPerBlock),
  serving_rate_limit: amount(storage.ServingRateLimit),
  commit_reveal_weights_enabled: flag(storage.CommitRevealWeightsEnabled),
  commit_reveal_period: field(c64, ({ ctx, netuid }) => ctx.get(storage.RevealPeriodEpochs, netuid)),
  liquid_alpha_enabled: field(bool, ({ ctx, netuid }) => ctx.get(storage.LiquidAlphaOn, netuid)),
  alpha_high: field(c16, ({ ctx, netuid }) => ctx.get(storage.AlphaValues, netuid)[1]),
  alpha_low: field(c16, ({ ctx, netuid }) => ctx.get(storage.AlphaValues, netuid)[0]),
  bonds_moving_avg: amount(storage.BondsMovingAverage),
  hotkeys: field(vec(accountId), ({ hotkeys }) => hotkeys()),
  coldkeys: field(vec(accountId), ({ ctx, hotkeys }) => hotkeys().map(hotkey => ctx.get(storage.Owner, hotkey))),
  identities: field(vec(option(chainIdentity)), ({ ctx, hotkeys }) =>
    hotkeys().map(hotkey => ctx.get(storage.IdentitiesV2, ctx.get(storage.Owner, hotkey))),
  ),
  axons: field(vec(axonInfo), ({ ctx, netuid, hotkeys }) => hotkeys().map(hotkey => readAxon(ctx, netuid, hotkey))),
  active: field(vec(bool), ({ ctx, netuid }) => ctx.get(storage.Active, netuid)),
  validator_permit: field(vec(bool), ({ ctx, netuid }) => ctx.get(storage.ValidatorPermit, netuid)),
  pruning_score: noLonger(vec(c16), []),
  last_update: field(vec(c64), ({ ctx, netuid }) => ctx.get(storage.LastUpdate, netuid)),
  emission: field(vec(c64), ({ ctx, netuid }) => ctx.get(storage.Emission, netuid)),
  dividends: shares(storage.Dividends),
  incentives: shares(storage.Incentive),
  consensus: shares(storage.Consensus),
  trust: noLonger(vec(c16), []),
  rank: noLonger(vec(c16), []),
  block_at_registration: field(vec(c64), ({ ctx, netuid, hotkeys }) =>
    hotkeys().map((_, uid) => ctx.get(storage.BlockAtRegistration, netuid, uid)),
  ),
  alpha_stake: field(vec(c64), ({ stakes }) => stakes().map(({ alpha }) => alpha)),
  tao_stake: field(vec(c64), ({ stakes }) => stakes().map(({ tao }) => tao)),
  total_stake: field(vec(c64), ({ stakes }) => stakes().map(({ total }) => total)),
  tao_dividends_per_hotkey: field(perHotkey, ({ hotkeys }) => hotkeys().map(hotkey => [hotkey, 0n] as const)),
  alpha_dividends_per_hotkey: field(perHotkey, ({ ctx, netuid, hotkeys }) =>
    hotkeys().map(hotkey => [hotkey, ctx.get(storage.AlphaDividendsPerSubnet, netuid, hotkey)] as const),
  ),
}

/** Fields that only a selective metagraph has. */
const selectiveOnly = {
  validators: field(vec(c16), listValidators),
  commitments: field(vec(tuple(accountId, vec(c8))), ({ ctx, netuid }) =>
    ctx
      .entries(commitmentsStorage.CommitmentOf, netuid)
      .map(([[, who], stored]) => [who, letters(encodeValue(registration, stored))] as const),
  ),
}

type FieldValues = Readonly<Record<string, unknown>>
const whole: readonly (readonly [string, Field])[] = Object.entries(fields)
const numbered: readonly (readonly [string, Field])[] = Object.entries({ ...fields, ...selectiveOnly })

export type MetagraphField = keyof typeof fields

/** How some of a metagraph's fields are written, under their names. */
export function metagraphCodecs(names: readonly MetagraphField[]): Readonly<Record<string, Codec<unknown>>> {
  return Object.fromEntries(names.map(name => [name, fields[name].codec]))
}

/** Some of the fields of a subnet's metagraph, for the older views of a subnet that share them; undefined where there is none. */
export function readMetagraphFields(ctx: Context, netuid: number, names: readonly MetagraphField[]): FieldValues | undefined {
  if (!ctx.get(storage.NetworksAdded, netuid)) return undefined
  const subject = subjectOf(ctx, netuid)
  return Object.fromEntries(names.map(name => [name, fields[name].read(subject)]))
}

/** The number by which a selective metagraph is asked for a field. */
export function metagraphFieldNumber(name: MetagraphField): number {
  return numbered.findIndex(([one]) => one === name)
}

/** Everything about a subnet and its neurons. */
export const metagraph: Codec<FieldValues> = struct(
  'pallet_subtensor::rpc_info::metagraph::Metagraph',
  Object.fromEntries(whole.map(([name, { codec }]) => [name, codec])),
  accountParameter,
)

/** An option whose value is boxed: a field that is itself optional may be asked for and be empty. */
function selected<T>(codec: Codec<T>): Codec<{ readonly of: T } | undefined> {
  return {
    type: option(codec).type,
    encode(value, out) {
      out.u8(value === undefined ? 0 : 1)
      if (value !== undefined) codec.encode(value.of, out)
    },
    decode: input => (input.u8() === 0 ? undefined : { of: codec.decode(input) }),
  }
}

/** The same with every field but the netuid optional. */
export const selectiveMetagraph: Codec<FieldValues> = struct(
  'pallet_subtensor::rpc_info::metagraph::SelectiveMetagraph',
  Object.fromEntries(numbered.map(([name, { codec }]) => [name, name === 'netuid' ? codec : selected(codec)])),
  accountParameter,
)

/** The metagraph of a subnet, undefined where there is none. */
export function readMetagraph(ctx: Context, netuid: number): FieldValues | undefined {
  if (!ctx.get(storage.NetworksAdded, netuid)) return undefined
  const subject = subjectOf(ctx, netuid)
  return Object.fromEntries(whole.map(([name, { read }]) => [name, read(subject)]))
}

/**
 * The fields of a subnet's metagraph with the given numbers, undefined where there is no such subnet. As on the chain the netuid reads 0
 * unless number 0 is asked for, and unknown numbers are ignored.
 */
export function readSelectiveMetagraph(ctx: Context, netuid: number, numbers: readonly number[]): FieldValues | undefined {
  if (!ctx.get(storage.NetworksAdded, netuid)) return undefined
  const subject = subjectOf(ctx, netuid)
  const chosen = numbered.filter((_, number) => numbers.includes(number))
  return { netuid: 0, ...Object.fromEntries(chosen.map(([name, { read }]) => [name, name === 'netuid' ? netuid : { of: read(subject) }])) }
}

function subjectOf(ctx: Context, netuid: number): Subject {
  const hotkeys = once(() => Array.from({ length: ctx.get(storage.SubnetworkN, netuid) }, (_, uid) => ctx.get(storage.Keys, netuid, uid)))
  return { ctx, netuid, hotkeys, stakes: once(() => hotkeys().map(hotkey => readStakeWeight(ctx, hotkey, netuid))) }
}

function once<T>(read: () => T): () => T {
  let value: { readonly of: T } | undefined
  return () => {
    value ??= { of: read() }
    return value.of
  }
}

/** The uids with a permit and stake above the threshold, least stake first. */
function listValidators({ ctx, netuid, stakes }: Subject): number[] {
  const permits = ctx.get(storage.ValidatorPermit, netuid)
  const threshold = ctx.get(storage.StakeThreshold)
  return stakes()
    .map(({ total }, uid) => ({ uid, total }))
    .filter(({ uid, total }) => permits[uid] === true && total > threshold)
    .sort((a, b) => (a.total === b.total ? a.uid - b.uid : a.total < b.total ? -1 : 1))
    .map(({ uid }) => uid)
}
