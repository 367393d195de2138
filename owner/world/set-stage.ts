import type { SubmitOutcome } from '../../shared/chain/chain-port.ts'
import type { SubstrateChain } from '../../shared/chain/connect-substrate-chain.ts'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { pairFromUri } from '../../shared/identity/key-pair.ts'
import type { Actor } from './create-actor.ts'

const tao = 1_000_000_000n

/** What the subnet costs, which becomes its pool: deep enough that the validators' stakes leave an alpha at about 1 TAO. */
const poolRao = 500_000n * tao

/** One sender may have so many calls waiting. */
const fundsAtOnce = 24

export interface Stake {
  readonly actor: Actor
  /** TAO that it stakes; the pool gives a little less alpha for it. */
  readonly alpha: number
}

/** Makes a subnet on a fresh development chain: funds everyone from //Alice, registers the subnet, its miners and its staked validators; returns its netuid. */
export async function setStage(
  chain: SubstrateChain,
  owner: Actor,
  miners: readonly Actor[],
  validators: readonly Stake[],
  signal: AbortSignal,
): Promise<number> {
  const alice = pairFromUri('//Alice')
  const options = { until: 'included', signal } as const
  const fund = (actor: Actor, amount: bigint) =>
    settle(`funds for ${actor.name}`, chain.submitTransfer(alice, actor.coldkey.address, amount, options))

  const funds = [
    { actor: owner, amount: poolRao + 20_000n * tao },
    ...miners.map(actor => ({ actor, amount: 1_000n * tao })),
    ...validators.map(({ actor, alpha }) => ({ actor, amount: BigInt(alpha + 1_000) * tao })),
  ]
  for (let start = 0; start < funds.length; start += fundsAtOnce)
    await Promise.all(funds.slice(start, start + fundsAtOnce).map(({ actor, amount }) => fund(actor, amount)))
  const deepen = { pallet: 'adminUtils', call: 'sudoSetNetworkMinLockCost', args: [poolRao], sudo: true }
  await settle('the price of a subnet', chain.submitCall(alice, deepen, options))
  const founded = await settle('the new subnet', chain.submitRegisterNetwork(owner.coldkey, owner.hotkey.address, options))
  const netuid = netuidOf(founded)
  await settle('the start of the subnet', chain.submitStartCall(owner.coldkey, netuid, options))
  const actors = [...validators.map(({ actor }) => actor), ...miners]
  await Promise.all(
    actors.map(actor =>
      settle(`the registration of ${actor.name}`, chain.submitBurnedRegister(actor.coldkey, netuid, actor.hotkey.address, options)),
    ),
  )
  await Promise.all(
    validators.map(({ actor, alpha }) =>
      settle(`the stake of ${actor.name}`, chain.submitAddStake(actor.coldkey, netuid, actor.hotkey.address, BigInt(alpha) * tao, options)),
    ),
  )
  return netuid
}

async function settle(what: string, submission: Promise<SubmitOutcome>): Promise<SubmitOutcome & { status: 'included' | 'finalised' }> {
  const outcome = await submission
  if (outcome.status === 'failed' || outcome.status === 'refused')
    throw new AssayError('WORLD_CHAIN', { what, error: `${outcome.error} ${outcome.docs}` })
  return outcome
}

function netuidOf(outcome: SubmitOutcome & { status: 'included' | 'finalised' }): number {
  const added = outcome.events.find(event => event.name === 'SubtensorModule.NetworkAdded')
  const netuid = Number(Object.values(added?.fields ?? {})[0])
  if (!Number.isInteger(netuid)) throw new AssayError('WORLD_CHAIN', { what: 'the new subnet', error: 'no event NetworkAdded' })
  return netuid
}
