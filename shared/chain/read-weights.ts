import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AssayError } from '../errors/assay-error.ts'
import type { ChainConnection } from './chain-connection.ts'
import { readStorage } from './read-storage.ts'
import type { CallLimits } from './rpc-socket.ts'

const pairs = Compile(Type.Array(Type.Tuple([Type.Integer(), Type.Integer()])))

/** The weights that the chain stores for a uid, as [uid, u16] pairs; empty where it never set any. */
export async function readWeights(
  connection: ChainConnection,
  netuid: number,
  uid: number,
  at?: string,
  limits: CallLimits = {},
): Promise<ReadonlyArray<readonly [number, number]>> {
  const json = await readStorage(connection, 'subtensorModule', 'weights', [netuid, uid], at, limits)
  if (!pairs.Check(json)) throw new AssayError('CHAIN_DECODE', { call: 'subtensorModule.weights', problem: 'expected pairs of integers' })
  return json
}
