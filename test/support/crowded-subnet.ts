import { createHash } from 'node:crypto'
import type { Context } from '../../shared/devchain/context.ts'
import { appendNeuron } from '../../shared/devchain/pallets/subtensor-module/neurons/append-neuron.ts'
import { increaseStake } from '../../shared/devchain/pallets/subtensor-module/stake/change-stake.ts'
import { storage } from '../../shared/devchain/pallets/subtensor-module/storage.ts'
import { type RunningChain, startChain } from '../../shared/devchain/start-chain.ts'

export const crowdedNetuid = 1

/** An embedded chain on demand whose subnet 1 has so many neurons, each with stake and an axon. */
export function startCrowdedChain(neurons: number): Promise<RunningChain> {
  return startChain({ preset: 'fast', mode: 'manual', genesis: { timestampMs: 1_700_000_000_000, setup: ctx => crowd(ctx, neurons) } })
}

function crowd(ctx: Context, neurons: number): void {
  for (let uid = ctx.get(storage.SubnetworkN, crowdedNetuid); uid < neurons; uid++) {
    const hotkey = `0x${createHash('sha256').update(`hotkey ${uid}`).digest('hex')}` as const
    appendNeuron(ctx, crowdedNetuid, hotkey)
    ctx.set(storage.Owner, hotkey, hotkey)
    increaseStake(ctx, hotkey, hotkey, crowdedNetuid, BigInt(uid + 1) * 1_000_000_000n)
  }
}
