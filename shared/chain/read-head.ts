import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AssayError } from '../errors/assay-error.ts'
import { decode } from './call-runtime.ts'
import type { ChainConnection } from './chain-connection.ts'
import type { BlockHead } from './chain-port.ts'
import type { CallLimits, RpcCaller } from './rpc-socket.ts'
import { assertHex } from './runtime.ts'

const headerSchema = Compile(Type.Object({ number: Type.String(), parentHash: Type.String(), digest: Type.Optional(Type.Unknown()) }))

/** A head with the hash of the block before it. */
export interface LinkedHead {
  readonly head: BlockHead
  readonly parentHash: string
}

/** A block's number, hash and parent from its header as RPC gives it; the hash is computed here. Throws CHAIN_DECODE. */
export function parseHeader({ runtime }: Pick<ChainConnection, 'runtime'>, header: unknown): LinkedHead {
  const call = 'the question for a header'
  if (!headerSchema.Check(header)) throw new AssayError('CHAIN_DECODE', { call, problem: 'it is no header' })
  return decode(call, () => ({
    head: { number: parseHeight(header.number), hash: runtime().registry.createType('Header', header).hash.toHex() },
    parentHash: header.parentHash,
  }))
}

/** The newest block. Throws CHAIN_HEAD_REFUSED where it lies far above all others and the chain does not have it. */
export async function readHead(connection: ChainConnection, limits: CallLimits = {}): Promise<BlockHead> {
  const { socket, height } = connection
  const { head } = parseHeader(connection, await socket.call('chain_getHeader', [], limits))
  await height.admit(socket, head, limits)
  return head
}

/** The newest block that can no longer be undone. Throws CHAIN_HEAD_REFUSED as readHead does. */
export async function readFinalisedHead({ socket, height }: ChainConnection, limits: CallLimits = {}): Promise<BlockHead> {
  const hash = assertHex(await socket.call('chain_getFinalizedHead', [], limits), 'chain_getFinalizedHead')
  const head = { hash, number: await readBlockNumber(socket, hash, limits) }
  await height.admit(socket, head, limits)
  return head
}

/** The height of a block that is known by its hash, of the newest one where none is named. */
export async function readBlockNumber(caller: RpcCaller, hash: string | undefined, limits: CallLimits = {}): Promise<number> {
  const header = await caller.call('chain_getHeader', hash === undefined ? [] : [hash], limits)
  const call = `the question for block ${hash ?? 'at the head'}`
  if (!headerSchema.Check(header)) throw new AssayError('CHAIN_DECODE', { call, problem: 'the chain does not know it' })
  return decode(call, () => parseHeight(header.number))
}

/** Heights are u32. */
function parseHeight(text: string): number {
  const number = Number(text)
  if (text === '' || !Number.isInteger(number) || number < 0 || number > 0xffff_ffff) throw new Error(`${text.slice(0, 40)} is no height`)
  return number
}

/** The hash of the block at a height on the best chain; null where it does not exist yet. */
export async function readBlockHash({ socket }: ChainConnection, number: number, limits: CallLimits = {}): Promise<string | null> {
  const hash = await socket.call('chain_getBlockHash', [number], limits)
  return hash === null ? null : assertHex(hash, 'chain_getBlockHash')
}
