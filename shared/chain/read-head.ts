import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AssayError } from '../errors/assay-error.ts'
import { decode } from './call-runtime.ts'
import type { ChainConnection } from './chain-connection.ts'
import type { BlockHead } from './chain-port.ts'
import type { CallLimits } from './rpc-socket.ts'
import { assertHex } from './runtime.ts'

const headerSchema = Compile(Type.Object({ number: Type.String(), parentHash: Type.String(), digest: Type.Optional(Type.Unknown()) }))

/** A block's number and hash from its header as RPC gives it; the hash is computed here. Throws CHAIN_DECODE. */
export function parseHeader({ runtime }: Pick<ChainConnection, 'runtime'>, header: unknown): BlockHead {
  if (!headerSchema.Check(header)) throw new AssayError('CHAIN_DECODE', { call: 'the question for a header', problem: 'it is no header' })
  return decode('the question for a header', () => ({
    number: Number(header.number),
    hash: runtime().registry.createType('Header', header).hash.toHex(),
  }))
}

/** The newest block. */
export async function readHead(connection: ChainConnection, limits: CallLimits = {}): Promise<BlockHead> {
  return parseHeader(connection, await connection.socket.call('chain_getHeader', [], limits))
}

/** The newest block that can no longer be undone. */
export async function readFinalisedHead({ socket }: ChainConnection, limits: CallLimits = {}): Promise<BlockHead> {
  const hash = assertHex(await socket.call('chain_getFinalizedHead', [], limits), 'chain_getFinalizedHead')
  return { hash, number: await readBlockNumber(socket, hash, limits) }
}

/** The height of a block that is known by its hash. */
export async function readBlockNumber(socket: ChainConnection['socket'], hash: string, limits: CallLimits = {}): Promise<number> {
  const header = await socket.call('chain_getHeader', [hash], limits)
  if (!headerSchema.Check(header))
    throw new AssayError('CHAIN_DECODE', { call: `the question for block ${hash}`, problem: 'the chain does not know it' })
  return Number(header.number)
}

/** The hash of the block at a height on the best chain; null where it does not exist yet. */
export async function readBlockHash({ socket }: ChainConnection, number: number, limits: CallLimits = {}): Promise<string | null> {
  const hash = await socket.call('chain_getBlockHash', [number], limits)
  return hash === null ? null : assertHex(hash, 'chain_getBlockHash')
}
