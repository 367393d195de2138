import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AssayError } from '../errors/assay-error.ts'
import { parseColdkey } from '../identity/ss58.ts'
import type { ChainConnection } from './chain-connection.ts'
import { JsonInteger, toBigInt } from './json-integer.ts'
import { readStorage } from './read-storage.ts'
import type { CallLimits } from './rpc-socket.ts'

const account = Compile(Type.Object({ data: Type.Object({ free: JsonInteger }) }))

/** An account's free balance in rao; 0 where the chain does not know it. Throws WALLET_ADDRESS on a wrong address. */
export async function readBalance(connection: ChainConnection, address: string, limits: CallLimits = {}): Promise<bigint> {
  const json = await readStorage(connection, 'system', 'account', [parseColdkey(address)], undefined, limits)
  if (!account.Check(json)) throw new AssayError('CHAIN_DECODE', { call: 'system.account', problem: 'it holds no free balance' })
  return toBigInt(json.data.free)
}
