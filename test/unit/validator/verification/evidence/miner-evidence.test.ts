import { describe, expect, it } from 'vitest'
import {
  minerEvidence,
  type StreamEvidence,
  streamWeights,
  updateStream,
} from '../../../../../validator/verification/evidence/miner-evidence.ts'
import { seededRandom } from '../../../../support/seeded-random.ts'
import { toySubnet, toyTerms } from '../../../../support/subnet-terms.ts'

const subnet = toySubnet()
const total = (weights: ReadonlyMap<string, number>) => [...weights.values()].reduce((sum, weight) => sum + weight, 0)

describe('the streams of a subnet file', () => {
  it('are all that it can ask for, greedy answers included, and weigh 1 together', () => {
    const weights = streamWeights(toySubnet({ requests: { ...subnet.requests, temperatures: [1, 1.5] } }))
    expect([...weights.keys()]).toEqual(['synthetic/toy/0', 'synthetic/toy/2'])
    expect(total(weights)).toBeCloseTo(1, 12)
  })
  it('hold users’ requests with the share that the file gives them', () => {
    const models = [toyTerms, { ...toyTerms, name: 'other' }]
    const weights = streamWeights(toySubnet({ models, evidence: { ...subnet.evidence, organicShare: 0.5 } }))
    expect(weights.size).toBe(12)
    expect(total(weights)).toBeCloseTo(1, 12)
    expect(weights.get('organic/other/0.7')).toBeCloseTo(1 / 12, 12)
  })
})

describe('the evidence of a miner', () => {
  const weights = streamWeights(subnet)
  const streamsAfter = (seen: readonly (readonly [stream: string, eValue: number])[]) =>
    seen.reduce<StreamEvidence>((streams, [stream, eValue]) => updateStream(streams, stream, eValue, subnet), {})
  it('is 1 before any answer, and the weighted mean of its streams after', () => {
    expect(minerEvidence({}, weights)).toBeCloseTo(1, 12)
    const one = minerEvidence(streamsAfter([['synthetic/toy/2', 1e6]]), weights)
    expect(one).toBeCloseTo((0.5 * 1e6 * (1 + 0.3 + 0.1 + 0.03)) / 4 / 3, -3)
  })
  it('counts a cheat in one kind of requests in full, whatever its answers to the others were', () => {
    const honest = Array.from({ length: 200 }, () => ['synthetic/toy/0', 0.3] as const)
    const cheat = [1, 2, 3].map(() => ['synthetic/toy/2', 300] as const)
    expect(minerEvidence(streamsAfter([...honest, ...cheat]), weights)).toBeGreaterThan(0.99 * minerEvidence(streamsAfter(cheat), weights))
  })
  it('counts streams that the file cannot produce for nothing', () => {
    expect(minerEvidence(streamsAfter([['organic/toy/2', 1e9]]), weights)).toBeCloseTo(1, 12)
  })
  it('reaches 1/alpha for at most a share alpha of honest miners: 1,500 lives of 300 answers at alpha 0.05, of which at most 75 may', () => {
    const random = seededRandom(21)
    const names = [...weights.keys()]
    let reached = 0
    for (let life = 0; life < 1_500; life++) {
      let streams: StreamEvidence = {}
      for (let answer = 0; answer < 300; answer++) {
        streams = updateStream(streams, names[answer % names.length] ?? '', random() < 0.01 ? 50.5 : 0.5, subnet)
        if (minerEvidence(streams, weights) < 20) continue
        reached += 1
        break
      }
    }
    expect(reached).toBeLessThanOrEqual(75)
    expect(reached).toBeGreaterThan(0)
  })
})
