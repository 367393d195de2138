import { expandMetadata, GenericChainProperties, Metadata, TypeRegistry } from '@polkadot/types'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AssayError, isAssayError } from '../errors/assay-error.ts'
import type { CallLimits, RpcCaller } from './rpc-socket.ts'

/** A runtime of the chain with everything that its own metadata says: nothing about layouts is written down on our side. */
export interface Runtime {
  readonly specName: string
  readonly specVersion: number
  readonly transactionVersion: number
  readonly registry: TypeRegistry
  readonly decorated: ReturnType<typeof expandMetadata>
  /** Runtime API methods by their state_call name, with the type ids of inputs and output. */
  readonly methods: ReadonlyMap<string, RuntimeMethod>
}

export interface RuntimeMethod {
  readonly inputs: readonly string[]
  readonly output: string
}

const versionSchema = Compile(Type.Object({ specName: Type.String(), specVersion: Type.Integer(), transactionVersion: Type.Integer() }))
/** Subtensor's own transaction extensions carry no bytes; naming them here keeps the library from warning about them. */
const empty = { extrinsic: {}, payload: {} }
const signedExtensions = {
  SudoTransactionExtension: empty,
  CheckShieldedTxValidity: empty,
  SubtensorTransactionExtension: empty,
  DrandPriority: empty,
}
const metadataVersion = 15

/** Reads the version of the runtime at the best head. Throws CHAIN_DECODE besides the codes of a call. */
export async function readRuntimeVersion(socket: RpcCaller, limits: CallLimits = {}) {
  const version = await socket.call('state_getRuntimeVersion', [], limits)
  if (!versionSchema.Check(version))
    throw new AssayError('CHAIN_DECODE', { call: 'state_getRuntimeVersion', problem: 'it names no version' })
  return version
}

/** Loads the runtime at the best head: its version, metadata (15, or what it has) and types. */
export async function loadRuntime(socket: RpcCaller, limits: CallLimits = {}): Promise<Runtime> {
  const { specName, specVersion, transactionVersion } = await readRuntimeVersion(socket, limits)
  const registry = new TypeRegistry()
  registry.setChainProperties(new GenericChainProperties(registry, { ss58Format: 42, tokenDecimals: 9, tokenSymbol: 'TAO' }))
  try {
    const metadata = new Metadata(registry, await readMetadata(socket, registry, limits))
    registry.setMetadata(metadata, undefined, signedExtensions, true)
    if (metadata.asLatest.pallets.length === 0) throw new Error('it describes no pallet')
    const decorated = expandMetadata(registry, metadata)
    return { specName, specVersion, transactionVersion, registry, decorated, methods: runtimeMethods(registry, metadata) }
  } catch (error) {
    if (isAssayError(error)) throw error
    throw new AssayError(
      'CHAIN_DECODE',
      { call: 'the question for its metadata', problem: error instanceof Error ? error.message : error },
      { cause: error },
    )
  }
}

async function readMetadata(socket: RpcCaller, registry: TypeRegistry, limits: CallLimits): Promise<`0x${string}`> {
  const argument = registry.createType('u32', metadataVersion).toHex(true)
  try {
    const answer = await socket.call('state_call', ['Metadata_metadata_at_version', argument], limits)
    const bytes = bytesOf(assertHex(answer, 'Metadata_metadata_at_version'))
    const wrapped = registry.createType('Option<Bytes>', bytes)
    if (wrapped.encodedLength !== bytes.length) throw new Error(`${bytes.length} bytes came, the metadata says ${wrapped.encodedLength}`)
    // Raw bytes: Bytes.toHex would keep the length in front.
    if (wrapped.isSome) return `0x${Buffer.from(wrapped.unwrap().toU8a(true)).toString('hex')}`
  } catch (error) {
    if (!isAssayError(error, 'CHAIN_RPC')) throw error
  }
  return assertHex(await socket.call('state_getMetadata', [], limits), 'state_getMetadata')
}

/** Takes an answer that must be hex. Throws CHAIN_DECODE. */
export function assertHex(value: unknown, call: string): `0x${string}` {
  if (typeof value === 'string' && isHex(value)) return value
  throw new AssayError('CHAIN_DECODE', { call, problem: 'expected hex bytes' })
}

/** The bytes behind checked hex. The library decodes bytes; hex text it would take for the value itself in some types. */
export function bytesOf(hex: `0x${string}`): Uint8Array {
  return new Uint8Array(Buffer.from(hex.slice(2), 'hex'))
}

function isHex(value: string): value is `0x${string}` {
  return /^0x([0-9a-fA-F]{2})*$/.test(value)
}

function runtimeMethods(registry: TypeRegistry, metadata: Metadata): Map<string, RuntimeMethod> {
  const methods = new Map<string, RuntimeMethod>()
  for (const api of metadata.asLatest.apis) {
    for (const method of api.methods) {
      methods.set(`${api.name}_${method.name}`, {
        inputs: method.inputs.map(input => registry.createLookupType(input.type)),
        output: registry.createLookupType(method.output),
      })
    }
  }
  return methods
}
