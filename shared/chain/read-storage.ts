import { AssayError } from '../errors/assay-error.ts'
import { decode, decodeWhole } from './call-runtime.ts'
import type { ChainConnection } from './chain-connection.ts'
import type { CallLimits } from './rpc-socket.ts'
import { assertHex, bytesOf } from './runtime.ts'

/**
 * Reads one storage value as plain JSON, the item's default where nothing is stored. `pallet` and `item` are spelled as the
 * library does: subtensorModule, weights. Throws CHAIN_UNSUPPORTED and CHAIN_DECODE besides the codes of a call.
 */
export async function readStorage(
  connection: ChainConnection,
  pallet: string,
  item: string,
  args: readonly unknown[],
  at?: string,
  limits: CallLimits = {},
): Promise<unknown> {
  const { registry, decorated, specName, specVersion } = connection.runtime()
  const entry = decorated.query[pallet]?.[item]
  if (entry === undefined) throw new AssayError('CHAIN_UNSUPPORTED', { specName, specVersion, what: `the storage ${pallet}.${item}` })
  const key = registry.createType('StorageKey', args.length === 0 ? entry : [entry, args])
  const stored = await connection.socket.call('state_getStorage', [key.toHex(), ...(at === undefined ? [] : [at])], limits)
  const { modifier, fallback } = entry.meta
  if (stored === null && modifier.isOptional) return null
  const value = stored === null ? fallback.toU8a(true) : bytesOf(assertHex(stored, `${pallet}.${item}`))
  return decode(`${pallet}.${item}`, () => decodeWhole(registry, key.outputType, value).toJSON())
}
