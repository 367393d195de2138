import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AssayError } from '../errors/assay-error.ts'
import { decode, decodeWhole } from './call-runtime.ts'
import type { ChainConnection } from './chain-connection.ts'
import type { CallLimits } from './rpc-socket.ts'
import { assertHex, bytesOf } from './runtime.ts'

const answerSchema = Compile(
  Type.Array(Type.Object({ changes: Type.Array(Type.Tuple([Type.String(), Type.Union([Type.String(), Type.Null()])])) })),
)

/**
 * Reads many values of one storage item in one call, in the order of `argsList`, as plain JSON; the item's default where nothing is
 * stored. Throws CHAIN_UNSUPPORTED and CHAIN_DECODE besides the codes of a call.
 */
export async function readStorageMany(
  connection: ChainConnection,
  pallet: string,
  item: string,
  argsList: ReadonlyArray<readonly unknown[]>,
  at?: string,
  limits: CallLimits = {},
): Promise<readonly unknown[]> {
  const { registry, decorated, specName, specVersion } = connection.runtime()
  const entry = decorated.query[pallet]?.[item]
  if (entry === undefined) throw new AssayError('CHAIN_UNSUPPORTED', { specName, specVersion, what: `the storage ${pallet}.${item}` })
  const keys = argsList.map(args => registry.createType('StorageKey', [entry, [...args]]))
  const hexKeys = keys.map(key => key.toHex())
  const answer = await connection.socket.call('state_queryStorageAt', [hexKeys, ...(at === undefined ? [] : [at])], limits)
  const call = `${pallet}.${item}`
  if (!answerSchema.Check(answer)) throw new AssayError('CHAIN_DECODE', { call, problem: 'expected a list of keys and values' })
  const stored = new Map(answer.flatMap(({ changes }) => changes))
  const { modifier, fallback } = entry.meta
  return keys.map((key, index) => {
    const value = stored.get(hexKeys[index] ?? '')
    if (value === undefined) throw new AssayError('CHAIN_DECODE', { call, problem: `no answer for key ${index}` })
    if (value === null && modifier.isOptional) return null
    const bytes = value === null ? fallback.toU8a(true) : bytesOf(assertHex(value, call))
    return decode(call, () => decodeWhole(registry, key.outputType, bytes).toJSON())
  })
}
