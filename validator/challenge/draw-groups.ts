import { sha256Hex } from '../../shared/util/sha256-hex.ts'

/**
 * Divides all miners into groups that are loaded at the same time: in the order of SHA-256(beacon hash, miner key), `size` each, so that
 * nobody chooses its neighbours and everybody can draw again. Who would be left alone joins the last group; a single miner makes no group.
 */
export function drawGroups(beaconHash: string, minerKeys: readonly string[], size: number): string[][] {
  if (!Number.isInteger(size) || size < 2) throw new RangeError(`a group of ${size}`)
  const order = [...new Set(minerKeys)]
    .map(key => ({ key, place: sha256Hex(`assay/group/1\n${beaconHash}\n${key}`) }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ key }) => key)
  if (order.length < 2) return []
  const groups: string[][] = []
  for (let at = 0; at < order.length; at += size) groups.push(order.slice(at, at + size))
  const last = groups.at(-1)
  if (last?.length === 1 && groups.length > 1) {
    groups.pop()
    groups.at(-1)?.push(...last)
  }
  return groups
}

/** Probability that two uids of one device meet in a round of groups of `size` among `count` miners: (size - 1) / (count - 1). */
export function meetingRate(count: number, size: number): number {
  return count < 2 ? 0 : Math.min(1, (size - 1) / (count - 1))
}
