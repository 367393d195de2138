import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AssayError, isAssayError } from '../errors/assay-error.ts'
import type { ChainConnection } from './chain-connection.ts'
import type { NeuronCertificate } from './neuron-certificate.ts'
import { readStorageMany } from './read-storage-many.ts'
import type { CallLimits } from './rpc-socket.ts'
import { assertHex } from './runtime.ts'

const stored = Compile(Type.Array(Type.Union([Type.Null(), Type.Object({ algorithm: Type.Integer(), publicKey: Type.String() })])))

/**
 * The TLS keys that hotkeys have committed to on a subnet; hotkeys without one are left out, and all are where the runtime has no such
 * storage. Throws CHAIN_DECODE besides the codes of a call.
 */
export async function readCertificates(
  connection: ChainConnection,
  netuid: number,
  hotkeys: readonly string[],
  at?: string,
  limits: CallLimits = {},
): Promise<ReadonlyMap<string, NeuronCertificate>> {
  if (hotkeys.length === 0) return new Map()
  const call = 'subtensorModule.neuronCertificates'
  const keys = hotkeys.map(hotkey => [netuid, hotkey])
  try {
    const values = await readStorageMany(connection, 'subtensorModule', 'neuronCertificates', keys, at, limits)
    if (!stored.Check(values)) throw new AssayError('CHAIN_DECODE', { call, problem: 'expected an algorithm and a key' })
    const found = values.map((value, index) => [hotkeys[index] ?? '', value] as const)
    return new Map(
      found.flatMap(([hotkey, value]) =>
        value === null
          ? []
          : [[hotkey, { algorithm: value.algorithm, publicHex: assertHex(value.publicKey, call).slice(2).toLowerCase() }] as const],
      ),
    )
  } catch (error) {
    if (isAssayError(error, 'CHAIN_UNSUPPORTED')) return new Map()
    throw error
  }
}
