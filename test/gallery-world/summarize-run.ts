import { type GalleryMember, members } from '../../owner/gallery/members.ts'
import type { MinerReport } from '../../owner/world/report.ts'
import { yardstick } from './gallery-roles.ts'
import { type Earnings, measureEarnings } from './measure-earnings.ts'
import { readAudited } from './read-convictions.ts'
import type { GalleryRun } from './run-gallery-world.ts'

export interface GalleryRow extends Earnings {
  readonly name: string
  readonly cost: number
  /** Alpha of each epoch. */
  readonly byEpoch: readonly number[]
  /** Epoch of the first conviction; null without one. */
  readonly convictedIn: number | null
  /** Audited by the first validator that convicted, until then; null without a conviction. */
  readonly requests: number | null
  readonly tokens: number | null
  /** Share of its requests that a check took: what an honest miner loses to audits. */
  readonly lost: string
  /** The codes that it got most often, with their counts. */
  readonly codes: string
  /** What this row shows that must not be; null where it is as it should be. */
  readonly problem: string | null
}

const mostOfFullShare = 0.1
const mostLost = 0.02

/** One row a miner: emission, savings, conviction, and whether that is what it must get. */
export async function summarizeRun(run: GalleryRun, folder: string): Promise<GalleryRow[]> {
  const { report, emission, convictions } = run
  const honest = report.miners.find(({ name }) => name === yardstick)
  const of = (hotkey: string | undefined) => emission.map(epoch => epoch.get(hotkey ?? '') ?? 0)
  const rows: GalleryRow[] = []
  for (const miner of report.miners) {
    const member = memberOf(miner.name)
    const cost = member?.cost ?? 1
    const served = answered(miner) / Math.max(1, honest === undefined ? 1 : answered(honest))
    const earnings = measureEarnings(of(miner.hotkey), of(honest?.hotkey), cost, served)
    const seen = convictions.get(miner.hotkey)
    const audited = seen && (await readAudited(folder, seen.validator, miner.hotkey, seen.round))
    const lost = lostShare(miner)
    rows.push({
      ...{ name: miner.name, cost, byEpoch: of(miner.hotkey), ...earnings, convictedIn: seen?.epoch ?? null },
      ...{ requests: audited?.requests ?? null, tokens: audited?.tokens ?? null, lost: `${(100 * lost).toFixed(1)} %` },
      codes: topCodes(miner),
      problem: problemOf(miner, member, earnings, lost),
    })
  }
  return rows
}

/** A sybil has a number behind its name, and who came back says so. */
function memberOf(name: string): GalleryMember | undefined {
  return members.find(member => member.name === name) ?? members.find(member => member.name === name.replace(/-(\d+|again)$/, ''))
}

function problemOf(
  miner: MinerReport,
  member: GalleryMember | undefined,
  { emission, withSavingsInterval }: Earnings,
  lost: number,
): string | null {
  if (member === undefined) {
    if (miner.convicted) return 'an honest miner was convicted'
    return lost > mostLost ? 'an honest miner loses more than 2 % to audits' : null
  }
  if (member.cheats === 1) return emission > mostOfFullShare ? 'a full-share member earns more than 10 %' : null
  return withSavingsInterval[1] >= 1 ? 'a member may earn more than an honest miner' : null
}

function answered({ verdicts }: MinerReport): number {
  return verdicts.pass + verdicts.fail + verdicts.unaudited
}

/** What is late, cut or refused is the load's doing; what a check took is an audit's. */
function lostShare({ verdicts }: MinerReport): number {
  const { pass, fail, miss, unaudited, codes } = verdicts
  const lost = Object.entries(codes).reduce((sum, [code, count]) => (code.startsWith('VERIFY_') ? sum + count : sum), 0)
  return lost / Math.max(1, pass + fail + miss + verdicts.void + unaudited)
}

function topCodes({ verdicts }: MinerReport): string {
  const codes = Object.entries(verdicts.codes).sort(([, a], [, b]) => b - a)
  return codes
    .slice(0, 2)
    .map(([code, count]) => `${code} x${count}`)
    .join(', ')
}
