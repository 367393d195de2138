import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { SubstrateChain } from '../../shared/chain/connect-substrate-chain.ts'
import type { EpochOutput } from '../../shared/consensus/epoch-output.ts'

/** What an epoch left in the storage, every u16 of it; arrays are indexed by uid. */
export type StoredEpoch = Pick<EpochOutput, 'stakeWeight' | 'consensus' | 'incentive' | 'dividends' | 'validatorTrust' | 'bonds'>

const numbers = Compile(Type.Array(Type.Integer()))
const rows = Compile(Type.Array(Type.Tuple([Type.Integer(), Type.Integer()])))

/** Reads what the chain stores of a subnet's last epoch, as of a block. */
export async function readStoredEpoch(chain: SubstrateChain, netuid: number, uids: number, at: string): Promise<StoredEpoch> {
  const vector = async (item: string) => numbers.Parse(await chain.readStorage('subtensorModule', item, [netuid], at))
  const [stakeWeight, consensus, incentive, dividends, validatorTrust, bonds] = await Promise.all([
    ...[vector('stakeWeight'), vector('consensus'), vector('incentive'), vector('dividends'), vector('validatorTrust')],
    readRows(chain, 'bonds', netuid, uids, at),
  ] as const)
  return { stakeWeight, consensus, incentive, dividends, validatorTrust, bonds }
}

/** The stored rows of every uid, of `weights` or `bonds`. */
export function readRows(chain: SubstrateChain, item: 'weights' | 'bonds', netuid: number, uids: number, at: string) {
  return Promise.all(
    Array.from({ length: uids }, async (_, uid) => rows.Parse(await chain.readStorage('subtensorModule', item, [netuid, uid], at))),
  )
}

/** Takes of a computed epoch what the chain stores as u16. */
export function storedPart({ stakeWeight, consensus, incentive, dividends, validatorTrust, bonds }: EpochOutput): StoredEpoch {
  return { stakeWeight, consensus, incentive, dividends, validatorTrust, bonds }
}
