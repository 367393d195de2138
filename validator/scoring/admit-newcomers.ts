import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { minerEvidence, streamWeights } from '../verification/evidence/miner-evidence.ts'
import { hotkeyOf, type MinerHistory } from './score-state.ts'
import type { SettledRound } from './settled-round.ts'

/**
 * Histories with one for every present miner. Each registration has its own evidence, and a new one of a coldkey goes on with the
 * highest that the coldkey's registrations left behind when they went, each of them continued once. So an owner has never more processes
 * than it held registrations at once, and an honest owner is falsely convicted with a chance of alpha times that number at most. It also
 * starts under the longest conviction that runs against any registration of its coldkey, gone or present.
 */
export function admitNewcomers(
  miners: Readonly<Record<string, MinerHistory>>,
  round: SettledRound,
  subnet: SubnetFile,
): Record<string, MinerHistory> {
  const present = new Set(round.present)
  const weights = streamWeights(subnet)
  const histories: Record<string, MinerHistory> = { ...miners }
  for (const key of [...present].sort()) {
    const coldkey = round.coldkeys?.[key] ?? histories[key]?.coldkey ?? hotkeyOf(key)
    const known = histories[key]
    if (known !== undefined) {
      histories[key] = { ...known, coldkey, lastRound: round.number }
      continue
    }
    const own = Object.entries(histories).filter(([, history]) => history.coldkey === coldkey)
    const until = own.reduce((most, [, { convictedUntilBlock }]) => Math.max(most, convictedUntilBlock ?? 0), 0)
    const [left] = own
      .filter(([other]) => !present.has(other))
      .sort(([a, one], [b, two]) => minerEvidence(two.streams, weights) - minerEvidence(one.streams, weights) || (a < b ? -1 : 1))
    if (left !== undefined) delete histories[left[0]]
    histories[key] = {
      ...(left?.[1] ?? { streams: {}, peakEvidence: 1, convictions: 0, pending: null }),
      ...{ coldkey, window: [], lastRound: round.number, convictedUntilBlock: until > round.block ? until : null },
    }
  }
  return histories
}
