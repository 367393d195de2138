import { ApiPromise, HttpProvider, Keyring, WsProvider } from '@polkadot/api'
import type { ApiOptions, SubmittableExtrinsic } from '@polkadot/api/types'
import type { KeyringPair } from '@polkadot/keyring/types'
import type { DispatchError } from '@polkadot/types/interfaces'
import { type RunningChain, type StartChainOptions, startChain } from '../../../shared/devchain/start-chain.ts'

// Zero-size extensions that the api does not know; naming them spares a warning.
const none = { extrinsic: {}, payload: {} }
const signedExtensions = {
  SudoTransactionExtension: none,
  CheckShieldedTxValidity: none,
  SubtensorTransactionExtension: none,
  DrandPriority: none,
}

/** A chain that makes blocks on demand only. */
export function startTestChain(options: StartChainOptions = {}): Promise<RunningChain> {
  return startChain({ mode: 'manual', blockTimeMs: 1_000, ...options })
}

/** A plain api of the field, as any script would open it. */
export function openApi(running: RunningChain): Promise<ApiPromise> {
  return open(new WsProvider(running.url))
}

export function openHttpApi(running: RunningChain): Promise<ApiPromise> {
  return open(new HttpProvider(running.httpUrl))
}

function open(provider: object): Promise<ApiPromise> {
  // The api's own providers do not fit its own interface under exactOptionalPropertyTypes.
  return ApiPromise.create({
    provider: provider as NonNullable<ApiOptions['provider']>,
    noInitWarn: true,
    throwOnConnect: true,
    signedExtensions,
  })
}

/** A development key by name. */
export function devKey(name: string, type: 'sr25519' | 'ed25519' | 'ecdsa' = 'sr25519'): KeyringPair {
  return new Keyring({ type }).addFromUri(`//${name}`)
}

export interface Included {
  readonly blockHash: string
  /** `Pallet.Event` of every event of the transaction, in order. */
  readonly events: readonly string[]
  /** `Pallet.Error` where the dispatch failed, or the plain name of the error. */
  readonly error: string | undefined
}

/** Sends a transaction, makes a block, and says what the block did with it. */
export async function include(
  running: RunningChain,
  api: ApiPromise,
  tx: SubmittableExtrinsic<'promise'>,
  signer: KeyringPair,
): Promise<Included> {
  const hash = (await tx.signAndSend(signer)).toHex()
  const block = running.newBlock()
  const [{ block: body }, at] = await Promise.all([api.rpc.chain.getBlock(block.hash), api.at(block.hash)])
  const index = body.extrinsics.findIndex(one => one.hash.toHex() === hash)
  const records = (await at.query.system!.events!()) as unknown as Iterable<{
    phase: { isApplyExtrinsic: boolean; asApplyExtrinsic: { toNumber(): number } }
    event: { section: string; method: string; data: readonly unknown[] }
  }>
  const own = [...records]
    .filter(({ phase }) => phase.isApplyExtrinsic && phase.asApplyExtrinsic.toNumber() === index)
    .map(({ event }) => event)
  const failed = own.find(event => event.section === 'system' && event.method === 'ExtrinsicFailed')
  return {
    blockHash: block.hash,
    events: own.map(event => `${event.section}.${event.method}`),
    error: failed === undefined ? undefined : errorName(api, failed.data[0]),
  }
}

/** The name of a dispatch error. */
export function errorName(api: ApiPromise, error: unknown): string {
  const dispatchError = api.registry.createType<DispatchError>('DispatchError', error)
  if (!dispatchError.isModule) return dispatchError.type
  const { section, name } = api.registry.findMetaError(dispatchError.asModule)
  return `${section}.${name}`
}
