import type { AssayError } from '../errors/assay-error.ts'
import { waitForCrypto } from '../identity/crypto-ready.ts'
import { axonProtocol, encodeAxonAddress } from './axon-address.ts'
import { callRuntime } from './call-runtime.ts'
import { type ChainConnection, openConnection } from './chain-connection.ts'
import type { ChainPort, ConnectOptions, Signer, SubmitOptions, SubmitOutcome } from './chain-port.ts'
import { readAlphaPrice } from './read-alpha-price.ts'
import { type AlphaPrice, readAlphaPrices } from './read-alpha-prices.ts'
import { readBalance } from './read-balance.ts'
import { readBeacon } from './read-beacon.ts'
import { readCertificates } from './read-certificates.ts'
import { commitmentFields, readCommitment } from './read-commitment.ts'
import { readCommits } from './read-commits.ts'
import { readEpochState } from './read-epoch-state.ts'
import { readBlockHash, readFinalisedHead, readHead } from './read-head.ts'
import { readHyperparameters } from './read-hyperparameters.ts'
import { readMetagraph } from './read-metagraph.ts'
import { readNextEpochBlock } from './read-next-epoch.ts'
import { readStakeQuote, type StakeQuote } from './read-stake-quote.ts'
import { type HotkeyStake, readStakes } from './read-stakes.ts'
import { readStorage } from './read-storage.ts'
import { readStorageMany } from './read-storage-many.ts'
import { readWeights } from './read-weights.ts'
import { redactEndpoint } from './redact-endpoint.ts'
import { resolveNetworks } from './resolve-network.ts'
import type { CallLimits } from './rpc-socket.ts'
import type { CallSpec } from './sign-call.ts'
import { submitCall } from './submit-call.ts'
import { timelockedCommitCall } from './timelocked-commit-call.ts'
import { watchHeads } from './watch-heads.ts'

/** The port, with what worlds and tests need beyond it. */
export interface SubstrateChain extends ChainPort {
  /** The endpoint that is connected or tried now, without what may be a key. */
  readonly endpoint: string
  /** Signs and sends any call that the runtime has, e.g. { pallet: 'adminUtils', call: 'sudoSetTempo', args: [1, 10], sudo: true }. */
  submitCall(signer: Signer, spec: CallSpec, options: SubmitOptions): Promise<SubmitOutcome>
  /** One storage value as plain JSON; names are spelled in camel case. */
  readStorage(pallet: string, item: string, args: readonly unknown[], at?: string, signal?: AbortSignal): Promise<unknown>
  /** Many values of one item in one call. */
  readStorageMany(
    pallet: string,
    item: string,
    argsList: ReadonlyArray<readonly unknown[]>,
    at?: string,
    signal?: AbortSignal,
  ): Promise<readonly unknown[]>
  /** Rao that one alpha of the subnet costs. */
  readAlphaPrice(netuid: number, at?: string, signal?: AbortSignal): Promise<bigint>
  /** The price of every subnet's alpha, by netuid. */
  readAlphaPrices(at?: string, signal?: AbortSignal): Promise<readonly AlphaPrice[]>
  /** What staking rao of TAO would give now; null where the runtime cannot say or the pool would refuse. */
  readStakeQuote(netuid: number, taoRao: bigint, signal?: AbortSignal): Promise<StakeQuote | null>
  readStakes(hotkeys: readonly string[], signal?: AbortSignal): Promise<readonly HotkeyStake[]>
  /** A runtime API call by its name, e.g. SubnetRegistrationRuntimeApi_get_network_registration_cost, as plain JSON. */
  callRuntime(name: string, args: readonly unknown[], at?: string, signal?: AbortSignal): Promise<unknown>
  /** A raw RPC call, e.g. dev_newBlock. */
  callRpc(method: string, params: readonly unknown[], signal?: AbortSignal): Promise<unknown>
}

const defaultTimeoutMs = 30_000
/** serve_axon's field that nobody reads: a version of the software. */
const axonVersion = 1
/** The chain takes the address zero from whoever serves nothing, yet no port zero. */
/** So long a person waits for a first sign. */
const slowAfterMs = 3_000
const noAxon = { ip: 0n, ipType: 4, port: 1 } as const

/**
 * Connects to a Substrate chain with Subtensor's pallets and loads its metadata; waits for an endpoint within the deadline. A network's
 * name stands for its endpoint, and then its genesis is expected. Of several endpoints one is connected at a time; where it is lost, lags
 * or stalls, the next one takes over. Throws CHAIN_ENDPOINT, CHAIN_MIXED_NETWORKS, CHAIN_UNREACHABLE, CHAIN_WRONG_GENESIS, CHAIN_DECODE.
 */
export async function connectSubstrateChain(options: ConnectOptions): Promise<SubstrateChain> {
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs
  await waitForCrypto()
  const texts = typeof options.endpoint === 'string' ? [options.endpoint] : options.endpoint
  const { endpoints, genesisHash } = resolveNetworks(texts, options.expectedGenesisHash)
  let last: AssayError | undefined
  const onTrouble = (error: AssayError) => {
    last = error
    options.onTrouble?.(error)
  }
  const slow = setTimeout(() => {
    const problem = last === undefined ? 'no answer yet' : last.message
    options.onSlow?.(`still trying ${endpoints.map(redactEndpoint).join(', ')}, for ${timeoutMs / 1_000} s at most: ${problem}`)
  }, options.slowMs ?? slowAfterMs)
  const connection = await openConnection(
    {
      endpoints,
      timeoutMs,
      ...(genesisHash !== undefined && { expectedGenesisHash: genesisHash }),
      ...(options.stallMs !== undefined && { stallMs: options.stallMs }),
      ...(options.compareMs !== undefined && { compareMs: options.compareMs }),
      onTrouble,
    },
    limitsOf(options.signal),
  ).finally(() => clearTimeout(slow))
  return buildPort(connection)
}

function buildPort(connection: ChainConnection): SubstrateChain {
  const { socket, genesisHash, blockTimeMs } = connection
  const submit = (signer: Signer, call: string, args: readonly unknown[], options: SubmitOptions) =>
    submitCall(connection, signer, { pallet: 'subtensorModule', call, args }, options)
  return {
    genesisHash,
    blockTimeMs,
    get endpoint() {
      return socket.endpoint
    },
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
    readStorageMany: (pallet, item, argsList, at, signal) => readStorageMany(connection, pallet, item, argsList, at, limitsOf(signal)),
    readAlphaPrice: (netuid, at, signal) => readAlphaPrice(connection, netuid, at, limitsOf(signal)),
    readAlphaPrices: (at, signal) => readAlphaPrices(connection, at, limitsOf(signal)),
    readStakeQuote: (netuid, taoRao, signal) => readStakeQuote(connection, netuid, taoRao, limitsOf(signal)),
    readStakes: (hotkeys, signal) => readStakes(connection, hotkeys, limitsOf(signal)),
    callRuntime: (name, args, at, signal) => callRuntime(connection, name, args, at, limitsOf(signal)),
    callRpc: (method, params, signal) => socket.call(method, params, limitsOf(signal)),
    watchHeads: (kind, onHead) => watchHeads(connection, kind, onHead),
    submitBurnedRegister: (coldkey, netuid, hotkey, until) => submit(coldkey, 'burnedRegister', [netuid, hotkey], until),
    submitServeAxon: async (hotkey, netuid, address, until) => {
      const { ip, ipType, port } = encodeAxonAddress(address)
      return submit(hotkey, 'serveAxon', [netuid, axonVersion, ip, port, ipType, axonProtocol.plain, 0, 0], until)
    },
    submitServeAxonTls: async (hotkey, netuid, address, { algorithm, publicHex }, until) => {
      const { ip, ipType, port } = address === null ? noAxon : encodeAxonAddress(address)
      const protocol = address?.tls === true ? axonProtocol.tls : axonProtocol.plain
      const certificate = `0x${algorithm.toString(16).padStart(2, '0')}${publicHex}`
      return submit(hotkey, 'serveAxonTls', [netuid, axonVersion, ip, port, ipType, protocol, 0, 0, certificate], until)
    },
    readCertificates: (netuid, hotkeys, at, signal) => readCertificates(connection, netuid, hotkeys, at, limitsOf(signal)),
    submitAddStake: (coldkey, netuid, hotkey, amountRao, until) => submit(coldkey, 'addStake', [hotkey, netuid, amountRao], until),
    submitWeights: (hotkey, { netuid, uids, values, versionKey }, until) =>
      submit(hotkey, 'setWeights', [netuid, uids, values, versionKey], until),
    submitRegisterNetwork: (coldkey, hotkey, until) => submit(coldkey, 'registerNetwork', [hotkey], until),
    submitStartCall: (coldkey, netuid, until) => submit(coldkey, 'startCall', [netuid], until),
    submitTransfer: (coldkey, to, amountRao, until) =>
      submitCall(connection, coldkey, { pallet: 'balances', call: 'transferKeepAlive', args: [to, amountRao] }, until),
    readEpochState: (netuid, at, signal) => readEpochState(connection, netuid, at, limitsOf(signal)),
    readBeacon: signal => readBeacon(connection, limitsOf(signal)),
    readCommits: (netuid, hotkey, at, signal) => readCommits(connection, netuid, hotkey, at, limitsOf(signal)),
    submitTimelockedCommit: (hotkey, commit, until) => submitCall(connection, hotkey, timelockedCommitCall(connection, commit), until),
    submitCommit: (hotkey, netuid, hash, until) => submit(hotkey, 'commitWeights', [netuid, hash], until),
    submitReveal: (hotkey, { netuid, uids, values, salt, versionKey }, until) =>
      submit(hotkey, 'revealWeights', [netuid, uids, values, salt, versionKey], until),
    readCommitment: (netuid, hotkey, at, signal) => readCommitment(connection, netuid, hotkey, at, limitsOf(signal)),
    submitCommitment: (hotkey, netuid, fields, until) => {
      const args = [netuid, { fields: commitmentFields(fields) }]
      return submitCall(connection, hotkey, { pallet: 'commitments', call: 'setCommitment', args }, until)
    },
    submitCall: (signer, spec, until) => submitCall(connection, signer, spec, until),
    close: () => connection.close(),
  }
}

function limitsOf(signal: AbortSignal | undefined): CallLimits {
  return signal === undefined ? {} : { signal }
}
