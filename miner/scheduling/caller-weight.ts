import type { Callers } from '../admission/callers.ts'

/**
 * A caller's weight in the queue: half of this miner is shared out evenly, so that every validator has a part that no stake takes from it,
 * and half by stake: 0.5 / n + 0.5 * share. Who is no validator (the miner's own API keys) has an even part alone.
 */
export function callerWeight(callers: Callers, admitted: number, caller: string): number {
  const known = callers.get(caller)
  const share = known !== undefined && 'share' in known ? known.share : 0
  return 0.5 / Math.max(1, admitted) + 0.5 * share
}
