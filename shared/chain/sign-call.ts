import { type GenericExtrinsic, GenericExtrinsicEra } from '@polkadot/types'
import { AssayError } from '../errors/assay-error.ts'
import { decode } from './call-runtime.ts'
import type { ChainConnection } from './chain-connection.ts'
import type { Signer } from './chain-port.ts'
import { readBlockNumber } from './read-head.ts'
import type { CallLimits } from './rpc-socket.ts'
import { assertHex } from './runtime.ts'

/** A call of the runtime by the library's names, e.g. subtensorModule, setWeights, with its arguments in order. */
export interface CallSpec {
  readonly pallet: string
  readonly call: string
  readonly args: readonly unknown[]
  /** Wraps the call in Sudo.sudo; the signer must be the chain's sudo key. */
  readonly sudo?: boolean
}

/** A signed extrinsic, ready to send. It can be in blocks from `bornAtBlock` up to `diesAtBlock`, and in none after. */
export interface SignedCall {
  readonly nonce: number
  readonly hex: string
  readonly hash: string
  /** The runtime that it was signed for; another one refuses it. */
  readonly specVersion: number
  readonly bornAtBlock: number
  readonly diesAtBlock: number
}

const defaultEraBlocks = 128

export interface SignOptions {
  readonly eraBlocks?: number | undefined
  /** The chain's next nonce counts, but nothing below this one is signed. */
  readonly leastNonce?: number
}

/** Signs a call with the key's next nonce and an era that starts at the finalised head and ends after `eraBlocks`, a power of two. Throws CHAIN_UNSUPPORTED besides the codes of a call. */
export async function signCall(
  connection: ChainConnection,
  signer: Signer,
  spec: CallSpec,
  { eraBlocks = defaultEraBlocks, leastNonce = 0, ...limits }: CallLimits & SignOptions = {},
): Promise<SignedCall> {
  const { socket, genesisHash } = connection
  const [nextIndex, birthHash] = await Promise.all([
    socket.call('system_accountNextIndex', [signer.hotkey], limits),
    socket.call('chain_getFinalizedHead', [], limits).then(hash => assertHex(hash, 'chain_getFinalizedHead')),
  ])
  const nonce = Math.max(Number(nextIndex), leastNonce)
  const bornAtBlock = await readBlockNumber(socket, birthHash, limits)
  const { registry, specName, specVersion, transactionVersion } = connection.runtime()
  const call = buildCall(connection, spec)
  return decode(`the signing of ${spec.pallet}.${spec.call}`, () => {
    const extrinsic = registry.createType<GenericExtrinsic>('Extrinsic', call, { version: 4 })
    const era = new GenericExtrinsicEra(registry, { current: bornAtBlock, period: eraBlocks })
    extrinsic.sign(
      { address: signer.hotkey, addressRaw: signer.publicKey, publicKey: signer.publicKey, sign: message => signTyped(signer, message) },
      {
        blockHash: birthHash,
        era,
        genesisHash,
        nonce,
        runtimeVersion: { specName, specVersion, transactionVersion, implName: specName, implVersion: 0, authoringVersion: 0, apis: [] },
        tip: 0,
        signedExtensions: registry.signedExtensions,
      },
    )
    return {
      nonce,
      hex: extrinsic.toHex(),
      hash: extrinsic.hash.toHex(),
      specVersion,
      bornAtBlock,
      diesAtBlock: era.asMortalEra.death(bornAtBlock),
    }
  })
}

/** The chain's MultiSignature: a byte that names sr25519, then the signature. */
function signTyped(signer: Signer, message: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.of(1), signer.sign(message)])
}

function buildCall(connection: ChainConnection, spec: CallSpec) {
  const { decorated, specName, specVersion } = connection.runtime()
  const make = decorated.tx[spec.pallet]?.[spec.call]
  const sudo = decorated.tx.sudo?.sudo
  if (make === undefined) throw new AssayError('CHAIN_UNSUPPORTED', { specName, specVersion, what: `the call ${spec.pallet}.${spec.call}` })
  if (!spec.sudo) return make(...spec.args)
  if (sudo === undefined) throw new AssayError('CHAIN_UNSUPPORTED', { specName, specVersion, what: 'the call sudo.sudo' })
  return sudo(make(...spec.args))
}
