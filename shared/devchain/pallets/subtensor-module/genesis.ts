import type { Context } from '../../context.ts'
import type { GenesisOptions } from '../../genesis/genesis-options.ts'
import { zeroAccount } from '../../scale/hashes.ts'
import { appendNeuron } from './neurons/append-neuron.ts'
import { increaseStake } from './stake/change-stake.ts'
import { storage } from './storage.ts'
import { symbolOf } from './subnets/symbol-of.ts'

const root = 0
const first = 1
/** The tempo of both genesis subnets, unless the preset's subnets are faster. */
const genesisTempo = 100

/** Writes root (0) and the first subnet (1), both owned by nobody, as every Subtensor chain has them from the start. */
export function writeGenesis(ctx: Context, { balances }: GenesisOptions): void {
  ctx.set(
    storage.TotalIssuance,
    balances.reduce((sum, [, amount]) => sum + amount, 0n),
  )
  for (const netuid of [root, first]) {
    ctx.set(storage.NetworksAdded, netuid, true)
    ctx.set(storage.SubnetworkN, netuid, 0)
    ctx.set(storage.MinAllowedWeights, netuid, 0)
    ctx.set(storage.Tempo, netuid, Math.min(genesisTempo, ctx.defaultOf(storage.Tempo)))
    ctx.set(storage.NetworkRegistrationAllowed, netuid, true)
    ctx.set(storage.SubnetOwner, netuid, zeroAccount)
    ctx.set(storage.MaxAllowedValidators, netuid, 64)
    ctx.set(storage.TokenSymbol, netuid, symbolOf(netuid))
  }
  ctx.set(storage.TotalNetworks, 2)
  ctx.set(storage.SubnetOwnerHotkey, root, zeroAccount)
  ctx.set(storage.MaxAllowedUids, root, 64)
  ctx.set(storage.TargetRegistrationsPerInterval, root, 1)
  ctx.set(storage.MaxAllowedUids, first, 256)
  ctx.set(storage.SubnetMechanism, first, 1)
  ctx.set(storage.SubnetAlphaIn, first, 10_000_000_000n)
  ctx.set(storage.SubnetTAO, first, 10_000_000_000n)
  ctx.set(storage.SubnetAlphaOut, first, 1_000_000_000n)
  ctx.set(storage.SubnetLocked, first, 1n)
  ctx.set(storage.LargestLocked, first, 1n)
  ctx.set(storage.Owner, zeroAccount, zeroAccount)
  increaseStake(ctx, zeroAccount, zeroAccount, first, 1_000_000_000n)
  appendNeuron(ctx, first, zeroAccount)
}
