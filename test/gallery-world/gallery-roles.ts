import { members } from '../../owner/gallery/members.ts'
import { type MinerRole, worldSubnetChanges } from '../../owner/world/cast.ts'
import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'

/** The honest miner whose speed is that of every cheat: what cheating earns is told as a share of what it earns. */
export const yardstick = 'honest-medium'
const tokenRate = 10
/** So slow, since forty of them share a machine; then a caller's share of a usual burst would not hold one answer. */
const flags = ['--burst-seconds', '20']

/**
 * What the world's subnet file needs at such speeds, the load that newcomers get; and where nearly everybody cheats: that this alone is no
 * mass failure, which would hold convictions back.
 */
export function changesFor(roles: readonly MinerRole[], { evidence }: SubnetFile): Partial<SubnetFile> {
  const cheats = roles.filter(({ kind }) => kind === 'cheat').length / roles.length
  const { massFailure } = evidence
  const scoring = { ...worldSubnetChanges.scoring, coldStartRate: 3 }
  if (massFailure === undefined || cheats <= massFailure.share) return { scoring }
  return { scoring, evidence: { ...evidence, massFailure: { ...massFailure, share: (1 + cheats) / 2 } } }
}

/** Three honest miners of different capacity and the members of the gallery with these names (all without any); `sybils` of them for the one that is many. */
export function galleryRoles(names: readonly string[], sybils: number): MinerRole[] {
  const chosen = members.filter(({ name }) => names.length === 0 || names.includes(name))
  return [
    { name: 'honest-slow', kind: 'honest', tokenRate: 0.6 * tokenRate, flags },
    { name: yardstick, kind: 'honest', tokenRate, flags },
    { name: 'honest-fast', kind: 'honest', tokenRate: 1.4 * tokenRate, flags },
    ...chosen.flatMap(({ name, path, world }) => {
      const role: MinerRole = { name, kind: 'cheat', tokenRate, engine: path, flags }
      return world === 'sybils' ? Array.from({ length: sybils }, (_, index) => ({ ...role, name: `${name}-${index + 1}` })) : [role]
    }),
  ]
}
