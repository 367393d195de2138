import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AssayError } from '../errors/assay-error.ts'
import { callRuntime, hasRuntimeCall } from './call-runtime.ts'
import type { ChainConnection } from './chain-connection.ts'
import { JsonInteger, toBigInt } from './json-integer.ts'
import { readAlphaPrice } from './read-alpha-price.ts'
import { readStorageMany } from './read-storage-many.ts'
import type { CallLimits } from './rpc-socket.ts'

/** What an alpha of a subnet costs, in rao. */
export interface AlphaPrice {
  readonly netuid: number
  readonly priceRao: bigint
}

const allCall = 'SwapRuntimeApi_current_alpha_price_all'
const rows = Compile(Type.Array(Type.Object({ netuid: Type.Integer(), price: JsonInteger })))
const flags = Compile(Type.Array(Type.Boolean()))
/** Runtimes without the call above are old, and had fewer subnets than this. */
const netuidsAsked = 256

/** The price of every subnet's alpha, by netuid; one call where the runtime offers it. Throws CHAIN_DECODE besides the codes of a call. */
export async function readAlphaPrices(connection: ChainConnection, at?: string, limits: CallLimits = {}): Promise<readonly AlphaPrice[]> {
  if (!hasRuntimeCall(connection, allCall)) return readOneByOne(connection, at, limits)
  const json = await callRuntime(connection, allCall, [], at, limits)
  if (!rows.Check(json)) throw new AssayError('CHAIN_DECODE', { call: allCall, problem: 'expected netuids and prices' })
  return json.map(({ netuid, price }) => ({ netuid, priceRao: toBigInt(price) })).sort((a, b) => a.netuid - b.netuid)
}

async function readOneByOne(connection: ChainConnection, at: string | undefined, limits: CallLimits): Promise<AlphaPrice[]> {
  const asked = Array.from({ length: netuidsAsked }, (_, netuid) => netuid)
  const added = await readStorageMany(
    connection,
    'subtensorModule',
    'networksAdded',
    asked.map(netuid => [netuid]),
    at,
    limits,
  )
  if (!flags.Check(added)) throw new AssayError('CHAIN_DECODE', { call: 'subtensorModule.networksAdded', problem: 'expected yes or no' })
  const netuids = asked.filter(netuid => added[netuid])
  return Promise.all(netuids.map(async netuid => ({ netuid, priceRao: await readAlphaPrice(connection, netuid, at, limits) })))
}
