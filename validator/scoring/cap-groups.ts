/** Work units per second of one miner: what it does when it alone is loaded, and what it did while its whole group was. */
export interface GroupMember {
  readonly key: string
  readonly solo: number
  readonly joint: number
}

/**
 * What members of a group are paid for at most, in work units per second, by miner key. Uids on one device cannot all do at once what each
 * does alone: whoever did less than (1 - tolerance) of it while its group was loaded is capped at what it did then, so that the caps of a
 * device sum to what the device can do, however it divides itself; who kept up has no cap, whatever its neighbours did. A slow minute looks the same, so nobody is convicted by it.
 */
export function capGroups(groups: readonly (readonly GroupMember[])[], tolerance: number): Map<string, number> {
  const caps = new Map<string, number>()
  for (const member of groups.flat()) {
    if (member.joint >= (1 - tolerance) * member.solo) continue
    caps.set(member.key, Math.min(member.joint, caps.get(member.key) ?? Number.POSITIVE_INFINITY))
  }
  return caps
}

/** Scores under the caps of the last round of groups. */
export function applyCaps(scores: ReadonlyMap<string, number>, caps: ReadonlyMap<string, number>): Map<string, number> {
  return new Map([...scores].map(([key, score]) => [key, Math.min(score, caps.get(key) ?? Number.POSITIVE_INFINITY)]))
}
