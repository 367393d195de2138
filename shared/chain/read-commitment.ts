import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AssayError } from '../errors/assay-error.ts'
import type { ChainConnection } from './chain-connection.ts'
import type { Commitment } from './chain-port.ts'
import { JsonInteger, toBigInt } from './json-integer.ts'
import { readStorage } from './read-storage.ts'
import type { CallLimits } from './rpc-socket.ts'
import { assertHex, bytesOf } from './runtime.ts'

const registration = Compile(
  Type.Union([Type.Null(), Type.Object({ block: JsonInteger, info: Type.Object({ fields: Type.Array(Type.Unknown()) }) })]),
)
/** How the library names the variants that hold plain bytes. */
const raw = /^(?:raw\d+|bigRaw)$/

/**
 * What a hotkey has committed to on a subnet; null where it has nothing. Fields that are not plain bytes (hashes with a name, timelocked
 * ones) are null. Throws CHAIN_UNSUPPORTED, CHAIN_DECODE and the codes of a call.
 */
export async function readCommitment(
  connection: ChainConnection,
  netuid: number,
  hotkey: string,
  at?: string,
  limits: CallLimits = {},
): Promise<Commitment | null> {
  const stored = await readStorage(connection, 'commitments', 'commitmentOf', [netuid, hotkey], at, limits)
  if (!registration.Check(stored))
    throw new AssayError('CHAIN_DECODE', { call: 'commitments.commitmentOf', problem: 'expected a block and fields' })
  return stored === null ? null : { block: Number(toBigInt(stored.block)), fields: stored.info.fields.map(bytesIn) }
}

/** The call's fields as the library takes them: each plain bytes, 128 at most. */
export function commitmentFields(fields: readonly Uint8Array[]): readonly Record<string, string>[] {
  return fields.map(bytes => ({ [`Raw${bytes.length}`]: `0x${Buffer.from(bytes).toString('hex')}` }))
}

function bytesIn(field: unknown): Uint8Array | null {
  if (typeof field !== 'object' || field === null) return null
  const [kind, bytes] = Object.entries(field)[0] ?? []
  return kind !== undefined && raw.test(kind) ? bytesOf(assertHex(bytes, 'commitments.commitmentOf')) : null
}
