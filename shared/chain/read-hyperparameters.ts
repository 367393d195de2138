import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AssayError } from '../errors/assay-error.ts'
import { callRuntime, hasRuntimeCall } from './call-runtime.ts'
import type { ChainConnection } from './chain-connection.ts'
import type { Hyperparameters } from './chain-port.ts'
import { JsonInteger, toBigInt } from './json-integer.ts'
import type { CallLimits } from './rpc-socket.ts'

type Values = Record<string, boolean | number | bigint>

const entries = Compile(Type.Array(Type.Object({ name: Type.String(), value: Type.Record(Type.String(), Type.Unknown()) })))
const struct = Compile(Type.Record(Type.String(), Type.Unknown()))
const integer = Compile(JsonInteger)
const bits = Compile(Type.Object({ bits: JsonInteger }))
const listCall = 'SubnetInfoRuntimeApi_get_subnet_hyperparams_v3'
/** What older runtimes have; each names its fields as the list does. */
const structCalls = ['SubnetInfoRuntimeApi_get_subnet_hyperparams_v2', 'SubnetInfoRuntimeApi_get_subnet_hyperparams']

/** The subnet's hyperparameters at a block. Throws CHAIN_SUBNET_UNKNOWN, and CHAIN_UNSUPPORTED where the runtime tells too few. */
export async function readHyperparameters(
  connection: ChainConnection,
  netuid: number,
  at?: string,
  limits: CallLimits = {},
): Promise<Hyperparameters> {
  const call = [listCall, ...structCalls].find(name => hasRuntimeCall(connection, name)) ?? listCall
  const json = await callRuntime(connection, call, [netuid], at, limits)
  if (json === null) throw new AssayError('CHAIN_SUBNET_UNKNOWN', { netuid })
  const all = call === listCall ? readList(json) : readStruct(json)
  const { specName, specVersion } = connection.runtime()
  const need = <T>(name: string, read: (value: boolean | number | bigint) => T): T => {
    const value = all[name]
    if (value === undefined) throw new AssayError('CHAIN_UNSUPPORTED', { specName, specVersion, what: `the hyperparameter ${name}` })
    return read(value)
  }
  return {
    tempo: need('tempo', Number),
    immunityPeriod: need('immunity_period', Number),
    minAllowedWeights: need('min_allowed_weights', Number),
    maxWeightsLimit: need('max_weights_limit', Number),
    weightsVersion: need('weights_version', BigInt),
    weightsRateLimit: need('weights_rate_limit', Number),
    activityCutoff: need('activity_cutoff', Number),
    maxValidators: need('max_validators', Number),
    commitRevealEnabled: need('commit_reveal_weights_enabled', Boolean),
    commitRevealPeriod: need('commit_reveal_period', Number),
    liquidAlphaEnabled: need('liquid_alpha_enabled', Boolean),
    servingRateLimit: need('serving_rate_limit', Number),
    registrationAllowed: need('registration_allowed', Boolean),
    all,
  }
}

function readList(json: unknown): Values {
  if (!entries.Check(json)) throw new AssayError('CHAIN_DECODE', { call: listCall, problem: 'expected a list of names and values' })
  const values: Values = {}
  for (const { name, value } of json) {
    const [kind, inner] = Object.entries(value)[0] ?? []
    const read = readValue(inner, kind)
    if (read !== undefined) values[textOf(name)] = read
  }
  return values
}

function readStruct(json: unknown): Values {
  if (!struct.Check(json)) throw new AssayError('CHAIN_DECODE', { call: 'get_subnet_hyperparams', problem: 'expected a struct' })
  const values: Values = {}
  for (const [name, value] of Object.entries(json)) {
    const read = readValue(value)
    // The library spells field names in camel case; the chain's own have underscores.
    if (read !== undefined) values[name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)] = read
  }
  return values
}

/** Integers up to 2^53 become numbers, larger ones stay exact; fixed-point numbers (I32F32, U64F64) become the nearest number. */
function readValue(value: unknown, kind = ''): boolean | number | bigint | undefined {
  if (typeof value === 'boolean') return value
  if (bits.Check(value)) return fromFixed(toBigInt(value.bits), kind.toLowerCase() === 'u64f64' ? 64 : 32)
  if (!integer.Check(value)) return undefined
  const exact = toBigInt(value)
  return exact <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(exact) : exact
}

/** Signed values of 64 bits arrive as such already, so only the scale is undone here. */
function fromFixed(value: bigint, fractionBits: 32 | 64): number {
  return Number(value) / 2 ** fractionBits
}

function textOf(bytes: string): string {
  return bytes.startsWith('0x') ? Buffer.from(bytes.slice(2), 'hex').toString('utf8') : bytes
}
