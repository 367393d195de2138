import type { Context } from '../../../context.ts'
import type { ValueOf } from '../../../scale/codec.ts'
import { storage } from '../storage.ts'
import type { hyperparameter } from '../types.ts'

type Hyperparameter = ValueOf<typeof hyperparameter>

interface Limit {
  /** How the chain remembers the kind of transaction. */
  readonly type: number
  blocks(ctx: Context, netuid: number): bigint
}

const tempoOf = (ctx: Context, netuid: number) => BigInt(ctx.get(storage.Tempo, netuid))

const limits = {
  SetChildren: { type: 0, blocks: () => 150n },
  SetChildkeyTake: { type: 1, blocks: ctx => ctx.get(storage.TxChildkeyTakeRateLimit) },
  WeightsVersionKey: { type: 4, blocks: (ctx, netuid) => ctx.get(storage.WeightsVersionKeyRateLimit) * tempoOf(ctx, netuid) },
  MechanismCount: { type: 7, blocks: () => 7_200n },
  MechanismEmission: { type: 8, blocks: () => 7_200n },
  MaxUidsTrimming: { type: 9, blocks: () => 216_000n },
  AddStakeBurn: { type: 10, blocks: tempoOf },
  TempoUpdate: { type: 11, blocks: () => 360n },
} as const satisfies Readonly<Record<string, Limit>>

/** Transactions with a limit of their own, per key and subnet. */
export type LimitedTransaction = keyof typeof limits

/** Says whether a key may do this on a subnet again: enough blocks have passed since the last time, or there was none. */
export function passesSubnetLimit(ctx: Context, key: string, netuid: number, name: Hyperparameter | LimitedTransaction): boolean {
  const last = lastBlock(ctx, key, netuid, name)
  const blocks = isHyperparameter(name)
    ? BigInt(ctx.get(storage.OwnerHyperparamRateLimit)) * tempoOf(ctx, netuid)
    : limits[name].blocks(ctx, netuid)
  return last === 0n || BigInt(ctx.block) - last >= blocks
}

/** Remembers that a key did this on a subnet in the present block. */
export function rememberOnSubnet(ctx: Context, key: string, netuid: number, name: Hyperparameter | LimitedTransaction): void {
  const now = BigInt(ctx.block)
  if (isHyperparameter(name)) ctx.set(storage.LastRateLimitedBlock, { type: 'OwnerHyperparamUpdate', value: [netuid, name] }, now)
  else ctx.set(storage.TransactionKeyLastBlock, key, netuid, limits[name].type, now)
}

function lastBlock(ctx: Context, key: string, netuid: number, name: Hyperparameter | LimitedTransaction): bigint {
  if (isHyperparameter(name)) return ctx.get(storage.LastRateLimitedBlock, { type: 'OwnerHyperparamUpdate', value: [netuid, name] })
  return ctx.get(storage.TransactionKeyLastBlock, key, netuid, limits[name].type)
}

function isHyperparameter(name: Hyperparameter | LimitedTransaction): name is Hyperparameter {
  return !(name in limits)
}
