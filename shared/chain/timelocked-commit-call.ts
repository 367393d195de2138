import type { ChainConnection } from './chain-connection.ts'
import type { TimelockedCommit } from './chain-port.ts'
import type { CallSpec } from './sign-call.ts'

/** The call that brings a timelocked commit: the one that names its version, or the one of runtimes before it, which have version 3 alone. */
export function timelockedCommitCall(connection: ChainConnection, { netuid, commit, revealRound, version }: TimelockedCommit): CallSpec {
  const pallet = 'subtensorModule'
  const bytes = `0x${Buffer.from(commit).toString('hex')}`
  const calls = connection.runtime().decorated.tx[pallet]
  if (calls?.commitTimelockedWeights === undefined && calls?.commitCrv3Weights !== undefined)
    return { pallet, call: 'commitCrv3Weights', args: [netuid, bytes, revealRound] }
  return { pallet, call: 'commitTimelockedWeights', args: [netuid, bytes, revealRound, version] }
}
