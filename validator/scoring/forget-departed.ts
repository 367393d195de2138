import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { minerEvidence, streamWeights } from '../verification/evidence/miner-evidence.ts'
import type { MinerHistory } from './score-state.ts'
import type { SettledRound } from './settled-round.ts'

/** Windows for which a registration that went is remembered where something stands against it. */
const windowsRemembered = 100
/** Registrations that went and are remembered, at most: those with the most against them. */
const mostDeparted = 4_096

/** The histories that are kept: those of present miners, those that went less than a window ago, and for long those with something against them. */
export function forgetDeparted(
  histories: Readonly<Record<string, MinerHistory>>,
  round: SettledRound,
  subnet: SubnetFile,
): Record<string, MinerHistory> {
  const present = new Set(round.present)
  const weights = streamWeights(subnet)
  const { windowRounds } = subnet.scoring
  const departed = Object.entries(histories)
    .filter(([key]) => !present.has(key))
    .map(([key, history]) => {
      const evidence = minerEvidence(history.streams, weights)
      const isHeld = history.convictedUntilBlock !== null || history.pending !== null
      return { key, age: round.number - history.lastRound, weight: isHeld ? Number.POSITIVE_INFINITY : evidence }
    })
    .filter(({ age, weight }) => age <= windowRounds || (weight > 1 && age <= windowsRemembered * windowRounds))
    .sort((a, b) => (a.weight === b.weight ? (a.key < b.key ? -1 : 1) : b.weight - a.weight))
    .slice(0, mostDeparted)
  const kept = new Set([...present, ...departed.map(({ key }) => key)])
  return Object.fromEntries(Object.entries(histories).filter(([key]) => kept.has(key)))
}
