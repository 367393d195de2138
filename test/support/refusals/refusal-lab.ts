import type { Signer, SubmitOutcome } from '../../../shared/chain/chain-port.ts'
import { connectSubstrateChain, type SubstrateChain } from '../../../shared/chain/connect-substrate-chain.ts'
import { openContext } from '../../../shared/devchain/chain/chain-context.ts'
import type { Context } from '../../../shared/devchain/context.ts'
import { presets } from '../../../shared/devchain/genesis/presets.ts'
import { storage } from '../../../shared/devchain/pallets/subtensor-module/storage.ts'
import { type RunningChain, startChain } from '../../../shared/devchain/start-chain.ts'
import { waitForCrypto } from '../../../shared/identity/crypto-ready.ts'
import { type KeyPair, pairFromUri } from '../../../shared/identity/key-pair.ts'
import { changeBySudo, succeeded } from '../../contracts/prepare-subnet.ts'
import { createPalletLab } from '../pallet-lab.ts'

/** One way to be refused: what the chain is made to hold, who sends what, and the name that must come back. */
export interface Refusal {
  readonly name: string
  readonly state?: (ctx: Context) => void
  readonly act: (lab: RefusalLab) => Promise<SubmitOutcome>
}

export interface RefusalLab {
  readonly node: RunningChain
  readonly chain: SubstrateChain
  send(signer: Signer, call: string, ...args: readonly unknown[]): Promise<SubmitOutcome>
  /** The same inside a batch of one: the pool does not look inside, so that the chain's own name comes back. */
  sendBatched(signer: Signer, call: string, ...args: readonly unknown[]): Promise<SubmitOutcome>
  sudo(call: string, ...args: readonly unknown[]): Promise<SubmitOutcome>
  /** The bytes of a call, for calls that hold calls. */
  encode(call: string, ...args: readonly unknown[]): Uint8Array
  /** Writes into the state of the head, and gives what undoes it. */
  write(change: (ctx: Context) => void): () => void
  stop(): Promise<void>
}

export const netuid = 2
export const tao = 1_000_000_000n
/** An epoch so far away that none runs while the tests do. */
export const farTempo = 50_000
const included = { until: 'included' } as const

/** Who takes part: //Alice is sudo and owns the subnet; hotkeys have TAO of their own, so that they can send what costs a fee. */
function drawPeople() {
  return {
    owner: pairFromUri('//Alice'),
    ownerHot: pairFromUri('//Alice//owner'),
    bob: pairFromUri('//Bob'),
    /** Uid 1: stake and a permit. */
    bobHot: pairFromUri('//Bob//hot'),
    charlie: pairFromUri('//Charlie'),
    /** Uid 2: neither. */
    charlieHot: pairFromUri('//Charlie//hot'),
    poor: pairFromUri('//Poor'),
    stranger: pairFromUri('//Stranger'),
  }
}
let drawn: ReturnType<typeof drawPeople> | undefined

/** Who takes part; the keys are derived when somebody first asks. */
export function people(): People {
  drawn ??= drawPeople()
  return drawn
}

export type People = ReturnType<typeof drawPeople>

/** A key as storage has it. */
export function accountOf({ publicKey }: Pick<KeyPair, 'publicKey'>): string {
  return `0x${Buffer.from(publicKey).toString('hex')}`
}

function splitCall(call: string): { readonly pallet: string; readonly name: string } {
  const [pallet = '', name = ''] = call.split('.')
  return { pallet, name }
}

/** A chain with a block for every call, and a subnet with open weights: the owner (uid 0), a validator (1) and a miner (2). */
export async function openRefusalLab(): Promise<RefusalLab> {
  await waitForCrypto()
  const who = people()
  const rich = [who.ownerHot, who.bobHot, who.charlieHot].map(pair => [accountOf(pair), 10n * tao] as const)
  const node = await startChain({
    preset: 'fast',
    mode: 'instant',
    genesis: { balances: [...rich, [accountOf(who.poor), 10n * tao] as const] },
  })
  const chain = await connectSubstrateChain({ endpoint: node.url })
  const { encode } = createPalletLab(presets.fast)
  const encodeCall: RefusalLab['encode'] = (call, ...args) => {
    const { pallet, name } = splitCall(call)
    return encode(pallet, name, ...args)
  }
  const send: RefusalLab['send'] = (signer, call, ...args) => {
    const { pallet, name } = splitCall(call)
    return chain.submitCall(signer, { pallet, call: name, args }, included)
  }
  const write: RefusalLab['write'] = change => {
    const view = node.chain.viewAt(node.chain.head)
    const ctx = openContext(node.chain.runtime, view)
    change(ctx)
    const changes = ctx.changes().changes()
    const before = changes.map(([key]) => [key, view.get(key) ?? null] as const)
    node.chain.overwrite(changes)
    return () => node.chain.overwrite(before)
  }
  await foundCrowd(chain, who)
  write(ctx => {
    ctx.set(storage.Tempo, netuid, farTempo)
    ctx.set(storage.ValidatorPermit, netuid, [false, true, false])
  })
  return {
    ...{ node, chain, send, write, encode: encodeCall },
    sendBatched: (signer, call, ...args) => send(signer, 'utility.batchAll', [encodeCall(call, ...args)]),
    sudo(call, ...args) {
      const { pallet, name } = splitCall(call)
      return chain.submitCall(who.owner, { pallet, call: name, args, sudo: true }, included)
    },
    async stop() {
      await chain.close()
      await node.stop()
    },
  }
}

async function foundCrowd(chain: SubstrateChain, who: People): Promise<void> {
  succeeded(await chain.submitRegisterNetwork(who.owner, who.ownerHot.hotkey, included))
  succeeded(await chain.submitStartCall(who.owner, netuid, included))
  succeeded(await chain.submitBurnedRegister(who.bob, netuid, who.bobHot.hotkey, included))
  succeeded(await chain.submitBurnedRegister(who.charlie, netuid, who.charlieHot.hotkey, included))
  succeeded(await chain.submitAddStake(who.bob, netuid, who.bobHot.hotkey, 100n * tao, included))
  await changeBySudo(chain, who.owner, ['sudoSetCommitRevealWeightsEnabled', netuid, false], ['sudoSetWeightsSetRateLimit', netuid, 0])
}
