import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../support/seeded-random.ts'
import { type Machine, simulatedMachine } from '../../../support/simulated-machine.ts'
import { type SimulatedRound, simulateSubnet } from '../../../support/simulated-subnet.ts'
import { toySubnet } from '../../../support/subnet-terms.ts'

const shares = new Map([
  ['small', 0.4],
  ['large', 0.6],
])
const validators = [...shares.keys()]
const roundSeconds = 2.5
const base = toySubnet()
/** All answers paid alike, so that a score is a rate of tokens. */
const requests = { ...base.requests, temperatures: [0.7, 1], sharedScope: 0 }
const subnetOf = (windowRounds: number) => toySubnet({ requests, scoring: { ...base.scoring, windowRounds } })
const machineOf = (capacity: number, seed: number): Machine =>
  simulatedMachine({ capacity, shares, burstSeconds: 2, deadlineSeconds: 2, random: seededRandom(seed) })
const minerOf = (uid: number, machine: Machine, owner = uid) => ({
  machine,
  miner: { uid, hotkey: `hotkey${uid}`, coldkey: `coldkey${owner}`, registeredAtBlock: 1, host: `127.0.0.${owner + 2}`, port: 1 },
})
const seeds = [1, 2, 3, 4]
const capacities = [40, 80, 160, 200]
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length

describe('the ramp and the score on the load of simulated machines (fixed seeds)', () => {
  const runs = seeds.map(seed => {
    const miners = capacities.map((capacity, uid) => minerOf(uid, machineOf(capacity, seed * 10 + uid)))
    return simulateSubnet(miners, validators, 34, roundSeconds, subnetOf(6))
  })
  /** Mean over the seeds of score / (share of the capacity), by validator and capacity. */
  const measured = (round: number) =>
    validators.flatMap(name =>
      capacities.map((capacity, uid) =>
        mean(runs.map(run => (run[round]?.scores.get(name)?.get(uid) ?? 0) / (capacity * (shares.get(name) ?? 1)))),
      ),
    )

  it('finds capacities that differ by five within 10 % in 13 rounds, from rounds 8 to 13 alone', () => {
    for (const ratio of measured(12)) expect(Math.abs(ratio - 1)).toBeLessThan(0.1)
  })
  it('holds scores in proportion to capacities, slow and fast ones alike', () => {
    const late = [15, 21, 27, 33].map(measured)
    const ratios = (late[0] ?? []).map((_, index) => mean(late.map(round => round[index] ?? 0)))
    expect(Math.max(...ratios) / Math.min(...ratios)).toBeLessThan(1.1)
  })
  it('costs honest miners few misses: less than a quarter of the requests', () => {
    expect(mean(runs.flatMap(run => run.slice(12).map(({ missShare }) => missShare)))).toBeLessThan(0.25)
  })
})

describe('a machine split over four uids of one coldkey and address', () => {
  const earned = (run: readonly SimulatedRound[]) =>
    run.reduce(
      (sum, { scores }) => sum + [...scores.values()].reduce((all, byUid) => all + [...byUid.values()].reduce((a, b) => a + b, 0), 0),
      0,
    )
  it.each(capacities)('earns the same as one uid, within 5 %, at %d tokens a second', capacity => {
    const ratios = seeds.map(seed => {
      const split = machineOf(capacity, seed)
      const four = [0, 1, 2, 3].map(uid => minerOf(uid, split, 0))
      const play = (miners: typeof four) => earned(simulateSubnet(miners, validators, 60, roundSeconds, subnetOf(20)))
      return play(four) / play([minerOf(0, machineOf(capacity, seed))])
    })
    expect(Math.abs(mean(ratios) - 1)).toBeLessThan(0.05)
  })
})
