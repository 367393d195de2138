import { waitForCrypto } from '../identity/crypto-ready.ts'
import { encodeAxonAddress } from './axon-address.ts'
import { type ChainConnection, openConnection } from './chain-connection.ts'
import type { ChainPort, ConnectOptions, Signer, SubmitOptions, SubmitOutcome } from './chain-port.ts'
import { readBalance } from './read-balance.ts'
import { readBlockHash, readFinalisedHead, readHead } from './read-head.ts'
import { readHyperparameters } from './read-hyperparameters.ts'
import { readMetagraph } from './read-metagraph.ts'
import { readNextEpochBlock } from './read-next-epoch.ts'
import { readStorage } from './read-storage.ts'
import { readWeights } from './read-weights.ts'
import { resolveNetwork } from './resolve-network.ts'
import { type CallLimits, RpcSocket } from './rpc-socket.ts'
import type { CallSpec } from './sign-call.ts'
import { submitCall } from './submit-call.ts'
import { watchHeads } from './watch-heads.ts'

/** The port, with what worlds and tests need beyond it. */
export interface SubstrateChain extends ChainPort {
  /** Signs and sends any call that the runtime has, e.g. { pallet: 'adminUtils', call: 'sudoSetTempo', args: [1, 10], sudo: true }. */
  submitCall(signer: Signer, spec: CallSpec, options: SubmitOptions): Promise<SubmitOutcome>
  /** One storage value as plain JSON; names are spelled in camel case. */
  readStorage(pallet: string, item: string, args: readonly unknown[], at?: string, signal?: AbortSignal): Promise<unknown>
  /** A raw RPC call, e.g. dev_newBlock. */
  callRpc(method: string, params: readonly unknown[], signal?: AbortSignal): Promise<unknown>
}

const defaultTimeoutMs = 30_000
/** serve_axon's fields that nobody reads: a version of the software, the protocol, two placeholders. */
const axonVersion = 1
const axonProtocol = 4

/**
 * Connects to a Substrate chain with Subtensor's pallets and loads its metadata; waits for the endpoint within the deadline.
 * A network's name stands for its endpoint, and then its genesis is expected. Throws CHAIN_ENDPOINT, CHAIN_UNREACHABLE, CHAIN_WRONG_GENESIS, CHAIN_TIMEOUT, CHAIN_DECODE.
 */
export async function connectSubstrateChain(options: ConnectOptions): Promise<SubstrateChain> {
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs
  await waitForCrypto()
  const { endpoint, genesisHash } = resolveNetwork(options.endpoint)
  const expectedGenesisHash = options.expectedGenesisHash ?? genesisHash
  const socket = new RpcSocket({ endpoint, timeoutMs })
  socket.start()
  try {
    const connection = await openConnection(
      socket,
      { timeoutMs, ...(expectedGenesisHash && { expectedGenesisHash }) },
      limitsOf(options.signal),
    )
    return buildPort(connection)
  } catch (error) {
    await socket.close()
    throw error
  }
}

function buildPort(connection: ChainConnection): SubstrateChain {
  const { socket, genesisHash, blockTimeMs } = connection
  const submit = (signer: Signer, call: string, args: readonly unknown[], options: SubmitOptions) =>
    submitCall(connection, signer, { pallet: 'subtensorModule', call, args }, options)
  return {
    genesisHash,
    blockTimeMs,
    get specName() {
      return connection.runtime().specName
    },
    get specVersion() {
      return connection.runtime().specVersion
    },
    readHead: signal => readHead(connection, limitsOf(signal)),
    readFinalisedHead: signal => readFinalisedHead(connection, limitsOf(signal)),
    readBlockHash: (number, signal) => readBlockHash(connection, number, limitsOf(signal)),
    readMetagraph: (netuid, at, signal) => readMetagraph(connection, netuid, at, limitsOf(signal)),
    readHyperparameters: (netuid, at, signal) => readHyperparameters(connection, netuid, at, limitsOf(signal)),
    readWeights: (netuid, uid, at, signal) => readWeights(connection, netuid, uid, at, limitsOf(signal)),
    readNextEpochBlock: (netuid, at, signal) => readNextEpochBlock(connection, netuid, at, limitsOf(signal)),
    readBalance: (address, signal) => readBalance(connection, address, limitsOf(signal)),
    readStorage: (pallet, item, args, at, signal) => readStorage(connection, pallet, item, args, at, limitsOf(signal)),
    callRpc: (method, params, signal) => socket.call(method, params, limitsOf(signal)),
    watchHeads: (kind, onHead) => watchHeads(connection, kind, onHead),
    submitBurnedRegister: (coldkey, netuid, hotkey, until) => submit(coldkey, 'burnedRegister', [netuid, hotkey], until),
    submitServeAxon: async (hotkey, netuid, address, until) => {
      const { ip, ipType, port } = encodeAxonAddress(address)
      return submit(hotkey, 'serveAxon', [netuid, axonVersion, ip, port, ipType, axonProtocol, 0, 0], until)
    },
    submitAddStake: (coldkey, netuid, hotkey, amountRao, until) => submit(coldkey, 'addStake', [hotkey, netuid, amountRao], until),
    submitWeights: (hotkey, { netuid, uids, values, versionKey }, until) =>
      submit(hotkey, 'setWeights', [netuid, uids, values, versionKey], until),
    submitRegisterNetwork: (coldkey, hotkey, until) => submit(coldkey, 'registerNetwork', [hotkey], until),
    submitStartCall: (coldkey, netuid, until) => submit(coldkey, 'startCall', [netuid], until),
    submitTransfer: (coldkey, to, amountRao, until) =>
      submitCall(connection, coldkey, { pallet: 'balances', call: 'transferKeepAlive', args: [to, amountRao] }, until),
    submitCall: (signer, spec, until) => submitCall(connection, signer, spec, until),
    close: () => socket.close(),
  }
}

function limitsOf(signal: AbortSignal | undefined): CallLimits {
  return signal === undefined ? {} : { signal }
}
