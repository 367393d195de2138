import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AssayError } from '../errors/assay-error.ts'
import type { ChainConnection } from './chain-connection.ts'
import type { Beacon } from './chain-port.ts'
import { JsonInteger, toBigInt } from './json-integer.ts'
import { readStorage } from './read-storage.ts'
import type { CallLimits } from './rpc-socket.ts'
import { assertHex, bytesOf } from './runtime.ts'

const integer = Compile(JsonInteger)
const config = Compile(Type.Object({ publicKey: Type.String(), period: JsonInteger, genesisTime: JsonInteger }))

/** The beacon as the chain's Drand pallet describes it, how far it has got, and what time the chain has. Throws CHAIN_UNSUPPORTED, CHAIN_DECODE. */
export async function readBeacon(connection: ChainConnection, limits: CallLimits = {}): Promise<Beacon> {
  const [described, last, now] = await Promise.all([
    readStorage(connection, 'drand', 'beaconConfig', [], undefined, limits),
    readStorage(connection, 'drand', 'lastStoredRound', [], undefined, limits),
    readStorage(connection, 'timestamp', 'now', [], undefined, limits),
  ])
  if (!config.Check(described) || !integer.Check(last) || !integer.Check(now))
    throw new AssayError('CHAIN_DECODE', { call: 'drand.beaconConfig', problem: 'it has no key, period, genesis or time' })
  return {
    publicKey: bytesOf(assertHex(described.publicKey, 'drand.beaconConfig')),
    genesisSec: Number(toBigInt(described.genesisTime)),
    periodSec: Number(toBigInt(described.period)),
    lastStoredRound: toBigInt(last),
    nowMs: Number(toBigInt(now)),
  }
}
