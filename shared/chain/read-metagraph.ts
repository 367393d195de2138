import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AssayError } from '../errors/assay-error.ts'
import { parseColdkey, parseHotkey } from '../identity/ss58.ts'
import { decodeAxonAddress } from './axon-address.ts'
import { callRuntime } from './call-runtime.ts'
import type { ChainConnection } from './chain-connection.ts'
import type { Metagraph, Neuron } from './chain-port.ts'
import { JsonInteger, toBigInt } from './json-integer.ts'
import { readBlockHash } from './read-head.ts'
import type { CallLimits } from './rpc-socket.ts'

const axon = Type.Object({ ip: JsonInteger, port: Type.Integer(), ipType: Type.Integer(), protocol: Type.Integer() })
/** The fields that are read of the runtime's Metagraph; its vectors are indexed by uid. */
const metagraphJson = Compile(
  Type.Object({
    netuid: Type.Integer(),
    block: Type.Integer(),
    tempo: Type.Integer(),
    ownerHotkey: Type.String(),
    ownerColdkey: Type.String(),
    burn: JsonInteger,
    hotkeys: Type.Array(Type.String()),
    coldkeys: Type.Array(Type.String()),
    axons: Type.Array(axon),
    active: Type.Array(Type.Boolean()),
    validatorPermit: Type.Array(Type.Boolean()),
    lastUpdate: Type.Array(Type.Integer()),
    emission: Type.Array(JsonInteger),
    dividends: Type.Array(Type.Integer()),
    incentives: Type.Array(Type.Integer()),
    consensus: Type.Array(Type.Integer()),
    blockAtRegistration: Type.Array(Type.Integer()),
    alphaStake: Type.Array(JsonInteger),
    taoStake: Type.Array(JsonInteger),
    totalStake: Type.Array(JsonInteger),
  }),
)
const call = 'SubnetInfoRuntimeApi_get_metagraph'

/** The whole subnet at one block (the best one where none is named), in one call. Throws CHAIN_SUBNET_UNKNOWN and CHAIN_DECODE besides the codes of a call. */
export async function readMetagraph(connection: ChainConnection, netuid: number, at?: string, limits: CallLimits = {}): Promise<Metagraph> {
  const json = await callRuntime(connection, call, [netuid], at, limits)
  if (json === null) throw new AssayError('CHAIN_SUBNET_UNKNOWN', { netuid })
  if (!metagraphJson.Check(json)) {
    const first = metagraphJson.Errors(json)[0]
    throw new AssayError('CHAIN_DECODE', { call, problem: `${first?.instancePath}: ${first?.message}` })
  }
  // The chain reports its heads without being asked, so that the block of the answer is mostly known here.
  const blockHash = at ?? connection.heads.hashAt(json.block) ?? (await demandBlockHash(connection, json.block, limits))
  const entryOf = <T>(list: readonly T[], uid: number): T => {
    const value = list[uid]
    if (value === undefined) throw new AssayError('CHAIN_DECODE', { call, problem: `a vector has no entry for uid ${uid}` })
    return value
  }
  const neurons = json.hotkeys.map((hotkey, uid): Neuron => {
    const { ip, ...axon } = entryOf(json.axons, uid)
    return {
      uid,
      hotkey: parseHotkey(hotkey),
      coldkey: parseColdkey(entryOf(json.coldkeys, uid)),
      registeredAtBlock: entryOf(json.blockAtRegistration, uid),
      axon: decodeAxonAddress({ ip: toBigInt(ip), ...axon }),
      active: entryOf(json.active, uid),
      validatorPermit: entryOf(json.validatorPermit, uid),
      lastUpdateBlock: entryOf(json.lastUpdate, uid),
      incentive: entryOf(json.incentives, uid),
      dividends: entryOf(json.dividends, uid),
      consensus: entryOf(json.consensus, uid),
      emissionRao: toBigInt(entryOf(json.emission, uid)),
      alphaStakeRao: toBigInt(entryOf(json.alphaStake, uid)),
      taoStakeRao: toBigInt(entryOf(json.taoStake, uid)),
      totalStakeRao: toBigInt(entryOf(json.totalStake, uid)),
    }
  })
  return {
    netuid: json.netuid,
    block: json.block,
    blockHash,
    tempo: json.tempo,
    ownerHotkey: parseHotkey(json.ownerHotkey),
    ownerColdkey: parseColdkey(json.ownerColdkey),
    registrationCostRao: toBigInt(json.burn),
    neurons,
  }
}

async function demandBlockHash(connection: ChainConnection, number: number, limits: CallLimits): Promise<string> {
  const hash = await readBlockHash(connection, number, limits)
  if (hash === null) throw new AssayError('CHAIN_DECODE', { call, problem: `it names block ${number}, which the chain does not have` })
  return hash
}
