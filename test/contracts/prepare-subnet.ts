import type { Signer, SubmitOutcome } from '../../shared/chain/chain-port.ts'
import type { SubstrateChain } from '../../shared/chain/connect-substrate-chain.ts'
import type { CallSpec } from '../../shared/chain/sign-call.ts'

const included = { until: 'included' } as const
/** Heads that a new subnet is waited for: runtimes want it to have an age before it may start. */
const patience = 100

/** A call that must come true. */
export function succeeded(outcome: SubmitOutcome): SubmitOutcome & { status: 'included' | 'finalised' } {
  if (outcome.status === 'failed' || outcome.status === 'refused') throw new Error(`${outcome.status}: ${outcome.error} (${outcome.docs})`)
  return outcome
}

/** Lets the sudo key change hyperparameters, all at once: [call, ...arguments], e.g. ['sudoSetTempo', 2, 10]. */
export async function changeBySudo(chain: SubstrateChain, sudo: Signer, ...changes: ReadonlyArray<readonly [string, ...unknown[]]>) {
  const specs = changes.map(([call, ...args]): CallSpec => ({ pallet: 'adminUtils', call, args, sudo: true }))
  for (const outcome of await Promise.all(specs.map(spec => chain.submitCall(sudo, spec, included)))) succeeded(outcome)
}

/** Registers a subnet whose epochs are short and whose weights are set in the open, and starts it. Gives its netuid. */
export async function foundSubnet(chain: SubstrateChain, sudo: Signer, ownerHotkey: string): Promise<number> {
  await changeBySudo(chain, sudo, ['sudoSetNetworkRateLimit', 0])
  const founded = succeeded(await chain.submitRegisterNetwork(sudo, ownerHotkey, included))
  const netuid = Number(Object.values(founded.events.find(event => event.name === 'SubtensorModule.NetworkAdded')?.fields ?? {})[0])
  await changeBySudo(
    chain,
    sudo,
    ['sudoSetTempo', netuid, 10],
    ['sudoSetWeightsSetRateLimit', netuid, 0],
    ['sudoSetServingRateLimit', netuid, 1],
    ['sudoSetCommitRevealWeightsEnabled', netuid, false],
  )
  for (let tries = 1; ; tries++) {
    const outcome = await chain.submitStartCall(sudo, netuid, included)
    const early = outcome.status === 'failed' && outcome.error.startsWith('NeedWaitingMoreBlocks')
    if (!early || tries === patience) {
      succeeded(outcome)
      return netuid
    }
  }
}
