import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { networkOf } from '../../shared/util/network-of.ts'
import { minerKey, type RoundMiner } from '../challenge/drawn-request.ts'
import type { RampState } from './ramp-state.ts'

/** Work units per second to offer to each miner, by key; nobody gets more than it claims (our part of it). A newcomer gets the cold-start rate divided by the uids of its coldkey or of its address (in IPv6: of its /64), whichever are more. */
export function offeredRates(
  ramp: RampState,
  miners: readonly RoundMiner[],
  subnet: SubnetFile,
  claims: ReadonlyMap<string, number> = new Map(),
): Map<string, number> {
  const byColdkey = countBy(miners, miner => miner.coldkey)
  const byNetwork = countBy(miners, miner => networkOf(miner.host))
  return new Map(
    miners.map(miner => {
      const key = minerKey(miner)
      const sharers = Math.max(byColdkey.get(miner.coldkey) ?? 1, byNetwork.get(networkOf(miner.host)) ?? 1)
      const rate = ramp.miners[key]?.rate ?? subnet.scoring.coldStartRate / sharers
      return [key, Math.min(rate, claims.get(key) ?? Number.POSITIVE_INFINITY)]
    }),
  )
}

function countBy(miners: readonly RoundMiner[], name: (miner: RoundMiner) => string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const miner of miners) counts.set(name(miner), (counts.get(name(miner)) ?? 0) + 1)
  return counts
}
