import type { Codec, Registry } from '@polkadot/types/types'
import { AssayError } from '../errors/assay-error.ts'
import type { ChainConnection } from './chain-connection.ts'
import type { CallLimits } from './rpc-socket.ts'
import { assertHex, bytesOf } from './runtime.ts'

/** Says whether the runtime declares a runtime API method, e.g. SubnetInfoRuntimeApi_get_metagraph. */
export function hasRuntimeCall({ runtime }: ChainConnection, name: string): boolean {
  return runtime().methods.has(name)
}

/**
 * Calls a runtime API at a block (the best one where none is named) and decodes the answer by the runtime's own metadata,
 * as plain JSON values. Throws CHAIN_UNSUPPORTED and CHAIN_DECODE besides the codes of a call.
 */
export async function callRuntime(
  connection: ChainConnection,
  name: string,
  args: readonly unknown[],
  at?: string,
  limits: CallLimits = {},
): Promise<unknown> {
  const { registry, methods, specName, specVersion } = connection.runtime()
  const method = methods.get(name)
  if (method === undefined) throw new AssayError('CHAIN_UNSUPPORTED', { specName, specVersion, what: `the runtime call ${name}` })
  const encoded = Buffer.concat(method.inputs.map((type, index) => registry.createType(type, args[index]).toU8a()))
  const params = [name, `0x${encoded.toString('hex')}`, ...(at === undefined ? [] : [at])]
  const answer = assertHex(await connection.socket.call('state_call', params, limits), name)
  return decode(name, () => decodeWhole(registry, method.output, bytesOf(answer)).toJSON())
}

/** Decodes a value that must take all of its bytes: the library would fill up what is cut off and overlook what is too much. */
export function decodeWhole(registry: Registry, type: string, bytes: Uint8Array): Codec {
  const value = registry.createType(type, bytes)
  assertWhole(value, bytes)
  return value
}

/** Throws where a decoded value is shorter or longer than the bytes that it was decoded from. */
export function assertWhole(value: { readonly encodedLength: number }, bytes: Uint8Array): void {
  if (value.encodedLength !== bytes.length) throw new Error(`${bytes.length} bytes came, the value takes ${value.encodedLength}`)
}

/** Runs a decoder; what it throws is the chain's fault, not ours. */
export function decode<T>(call: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new AssayError('CHAIN_DECODE', { call, problem: error instanceof Error ? error.message : error }, { cause: error })
  }
}
