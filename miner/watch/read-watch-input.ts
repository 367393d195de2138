import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { SubstrateChain } from '../../shared/chain/connect-substrate-chain.ts'
import { AssayError, isAssayError } from '../../shared/errors/assay-error.ts'
import type { WatchInput } from './build-watch-report.ts'

type WatchChain = Pick<SubstrateChain, 'readMetagraph' | 'readHyperparameters' | 'readStorage' | 'readAlphaPrice' | 'blockTimeMs'>

const count = Compile(Type.Integer({ minimum: 0 }))
const hotkeys = Compile(Type.Array(Type.String()))
const pallet = 'subtensorModule'

/** Reads at one block all that a report needs. Throws CHAIN_SUBNET_UNKNOWN, CHAIN_DECODE and the codes of a call. */
export async function readWatchInput(chain: WatchChain, netuid: number, signal?: AbortSignal): Promise<WatchInput> {
  const metagraph = await chain.readMetagraph(netuid, undefined, signal)
  const at = metagraph.blockHash
  const readCount = async (item: string, fallback: number) => {
    const json = await chain.readStorage(pallet, item, [netuid], at, signal).catch((error: unknown) => {
      // Older runtimes have the rule as a constant.
      if (isAssayError(error, 'CHAIN_UNSUPPORTED')) return fallback
      throw error
    })
    if (!count.Check(json)) throw new AssayError('CHAIN_DECODE', { call: `${pallet}.${item}`, problem: 'expected a count' })
    return json
  }
  const [{ immunityPeriod }, maxAllowedUids, minNonImmuneUids, immuneOwners, owned, alphaPriceRao] = await Promise.all([
    chain.readHyperparameters(netuid, at, signal),
    readCount('maxAllowedUids', 256),
    readCount('minNonImmuneUids', 10),
    readCount('immuneOwnerUidsLimit', 1),
    chain.readStorage(pallet, 'ownedHotkeys', [metagraph.ownerColdkey], at, signal),
    chain.readAlphaPrice(netuid, at, signal),
  ])
  if (!hotkeys.Check(owned)) throw new AssayError('CHAIN_DECODE', { call: `${pallet}.ownedHotkeys`, problem: 'expected a list of keys' })
  // The owner's hotkey first, then the owner's oldest.
  const ownerUids = metagraph.neurons
    .filter(({ hotkey }) => owned.includes(hotkey) || hotkey === metagraph.ownerHotkey)
    .sort(
      (a, b) =>
        Number(b.hotkey === metagraph.ownerHotkey) - Number(a.hotkey === metagraph.ownerHotkey) ||
        a.registeredAtBlock - b.registeredAtBlock ||
        a.uid - b.uid,
    )
    .map(({ uid }) => uid)
  return {
    ...{ metagraph, immunityPeriod, maxAllowedUids, minNonImmuneUids, alphaPriceRao, blockTimeMs: chain.blockTimeMs },
    untouchable: new Set(ownerUids.slice(0, immuneOwners)),
  }
}
