import { AssayError } from '../errors/assay-error.ts'
import type { BlockHead } from './chain-port.ts'
import type { KnownHeight } from './known-height.ts'
import { readBlockNumber } from './read-head.ts'
import type { CallLimits, RpcCaller } from './rpc-socket.ts'
import { assertHex, loadRuntime, type Runtime, readRuntimeVersion } from './runtime.ts'

/** What we know of the chain already, and what an endpoint must therefore agree to. */
export interface KnownChain {
  readonly genesisHash: `0x${string}` | undefined
  /** The newest block that was reported final. */
  readonly finalised: BlockHead | null
  readonly runtime: Runtime | null
  /** Raised to the endpoint's head. */
  readonly height: KnownHeight
}

/**
 * Asks a fresh endpoint who it is, and gives its genesis and the runtime, loaded anew only where its version is another one. Throws
 * CHAIN_WRONG_GENESIS before anything else is asked, CHAIN_BEHIND, CHAIN_FORKED, CHAIN_WRONG_SPEC, CHAIN_HEAD_REFUSED, and the codes of
 * loadRuntime.
 */
export async function greetEndpoint(
  wire: RpcCaller,
  known: KnownChain,
  limits: CallLimits,
): Promise<{ readonly genesisHash: `0x${string}`; readonly runtime: Runtime }> {
  const { endpoint } = wire
  const genesisHash = assertHex(await wire.call('chain_getBlockHash', [0], limits), 'chain_getBlockHash')
  if (known.genesisHash !== undefined && known.genesisHash !== genesisHash)
    throw new AssayError('CHAIN_WRONG_GENESIS', { endpoint, genesisHash, expectedGenesisHash: known.genesisHash })
  if (known.finalised !== null && known.finalised.number > 0) await assertOnOurChain(wire, known.finalised, limits)
  const [runtime] = await Promise.all([followRuntime(wire, known.runtime, limits), raiseHeight(wire, known.height, limits)])
  return { genesisHash, runtime }
}

/** Takes the endpoint's word for how high it is only where it has a block there. */
async function raiseHeight(wire: RpcCaller, height: KnownHeight, limits: CallLimits): Promise<void> {
  const number = await readBlockNumber(wire, undefined, limits)
  const held = height.isNear(number) || (await wire.call('chain_getBlockHash', [number], limits)) !== null
  if (!held)
    throw new AssayError('CHAIN_HEAD_REFUSED', { endpoint: wire.endpoint, block: number, hash: 'its head', highest: height.number })
  height.raise(number)
}

/** The runtime that the chain has now: the one at hand, or another one after an upgrade. Throws CHAIN_WRONG_SPEC and the codes of loadRuntime. */
export async function followRuntime(caller: RpcCaller, runtime: Runtime | null, limits: CallLimits = {}): Promise<Runtime> {
  if (runtime === null) return loadRuntime(caller, limits)
  const { specName, specVersion } = await readRuntimeVersion(caller, limits)
  if (specName === runtime.specName && specVersion === runtime.specVersion) return runtime
  // Runtimes only go up: an endpoint with an older one does not follow the chain, whatever it says.
  if (specName !== runtime.specName || specVersion < runtime.specVersion)
    throw new AssayError('CHAIN_WRONG_SPEC', {
      endpoint: caller.endpoint,
      spec: `${specName} ${specVersion}`,
      expectedSpec: `${runtime.specName} ${runtime.specVersion}`,
    })
  return loadRuntime(caller, limits)
}

/** What was final once stays so: an endpoint that has another block there follows a fork, and one that has none lags behind. */
async function assertOnOurChain(wire: RpcCaller, { number, hash }: BlockHead, limits: CallLimits): Promise<void> {
  const theirs = await wire.call('chain_getBlockHash', [number], limits)
  if (theirs === null) throw new AssayError('CHAIN_BEHIND', { endpoint: wire.endpoint, block: number })
  if (theirs !== hash) throw new AssayError('CHAIN_FORKED', { endpoint: wire.endpoint, block: number, hash, theirs })
}
