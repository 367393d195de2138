import type { Context } from '../context.ts'
import { storage } from '../pallets/subtensor-module/storage.ts'
import { storageIndex } from '../pallets/subtensor-module/subnets/storage-index.ts'
import { metagraphFieldNumber, readMetagraph, readSelectiveMetagraph } from './metagraph.ts'

type FieldValues = Readonly<Record<string, unknown>>

const lastUpdateNumber = metagraphFieldNumber('last_update')
const incentivesNumber = metagraphFieldNumber('incentives')

/** The metagraph of one of a subnet's mechanisms, with the storage index for its netuid; undefined where there is none. */
export function readMechagraph(ctx: Context, netuid: number, mecid: number): FieldValues | undefined {
  const whole = readMetagraph(ctx, netuid)
  if (whole === undefined || mecid >= ctx.get(storage.MechanismCountCurrent, netuid)) return undefined
  const index = storageIndex(netuid, mecid)
  return { ...whole, netuid: index, last_update: ctx.get(storage.LastUpdate, index), incentives: ctx.get(storage.Incentive, index) }
}

/**
 * The fields of a mechanism's metagraph with the given numbers, undefined where there is no such subnet. As on the chain the netuid is
 * always the subnet's, and a mechanism that does not exist has empty lists.
 */
export function readSelectiveMechagraph(ctx: Context, netuid: number, mecid: number, numbers: readonly number[]): FieldValues | undefined {
  const chosen = readSelectiveMetagraph(ctx, netuid, numbers)
  if (chosen === undefined) return undefined
  const index = storageIndex(netuid, mecid)
  return {
    ...chosen,
    netuid,
    ...(numbers.includes(lastUpdateNumber) ? { last_update: { of: ctx.get(storage.LastUpdate, index) } } : {}),
    ...(numbers.includes(incentivesNumber) ? { incentives: { of: ctx.get(storage.Incentive, index) } } : {}),
  }
}
