import { setStage } from '../../../owner/world/set-stage.ts'
import { connectSubstrateChain } from '../../../shared/chain/connect-substrate-chain.ts'
import { storage } from '../../../shared/devchain/pallets/subtensor-module/storage.ts'
import { type RunningChain, startChain } from '../../../shared/devchain/start-chain.ts'
import { waitForCrypto } from '../../../shared/identity/crypto-ready.ts'
import { pairFromUri } from '../../../shared/identity/key-pair.ts'
import { type RpcProxy, startRpcProxy } from '../../support/rpc-proxy.ts'

/** A subnet with one validator and three miners on an embedded chain whose blocks come when they are asked for. */
export interface WeightsStage {
  readonly node: RunningChain
  /** What the validator connects to. */
  readonly proxy: RpcProxy
  readonly netuid: number
  readonly uid: number
  /** Public key of the validator's hotkey, 0x hex. */
  readonly account: string
  stop(): Promise<void>
}

export interface StageOptions {
  readonly tempo: number
  readonly rateLimit: number
  readonly commitReveal: boolean
  /** Development URI or words. */
  readonly hotkey?: string
  readonly signal: AbortSignal
}

/** Development URI of the validator's hotkey, unless another is given. */
export const defaultHotkey = '//Validator//hot'
const minerNames = ['One', 'Two', 'Three']
/** Blocks by which finality lags the head. */
export const finalityLag = 3
const blocksForPermit = 100

/** Starts the chain, registers and stakes, and makes blocks until the validator has its permit. */
export async function openWeightsStage({
  tempo,
  rateLimit,
  commitReveal,
  hotkey = defaultHotkey,
  signal,
}: StageOptions): Promise<WeightsStage> {
  await waitForCrypto()
  const node = await startChain({ preset: 'fast', mode: 'instant', finalityLag })
  try {
    const chain = await connectSubstrateChain({ endpoint: node.url, signal })
    const actorOf = (name: string) => ({ name, coldkey: pairFromUri(`//${name}`), hotkey: pairFromUri(`//${name}//hot`) })
    const validator = { ...actorOf('Validator'), hotkey: pairFromUri(hotkey) }
    const netuid = await setStage(chain, actorOf('Owner'), minerNames.map(actorOf), [{ actor: validator, alpha: 50_000 }], signal)
    await chain.callRpc('dev_setBlockBuildMode', ['Manual'], signal)
    const written = {
      Tempo: [[[netuid], tempo]],
      WeightsSetRateLimit: [[[netuid], rateLimit]],
      CommitRevealWeightsEnabled: [[[netuid], commitReveal]],
    }
    await chain.callRpc('dev_setStorage', [{ SubtensorModule: written }], signal)
    await chain.close()
    const account = `0x${Buffer.from(validator.hotkey.publicKey).toString('hex')}`
    const uid = node.chain.read(ctx => ctx.get(storage.Uids, netuid, account)) ?? -1
    const hasPermit = () => node.chain.read(ctx => ctx.get(storage.ValidatorPermit, netuid)[uid]) === true
    for (let made = 0; !hasPermit(); made++) {
      if (made > blocksForPermit) throw new Error('the validator got no permit')
      node.newBlock()
    }
    const proxy = await startRpcProxy(node.url)
    const stop = async () => {
      await proxy.close()
      await node.stop()
    }
    return { node, proxy, netuid, uid, account, stop }
  } catch (error) {
    await node.stop()
    throw error
  }
}
