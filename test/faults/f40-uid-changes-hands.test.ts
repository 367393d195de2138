import { describe, expect, it } from 'vitest'
import { buildVector } from '../../validator/weights/build-vector.ts'
import { neuron } from '../support/fake-miner-chain.ts'
import { labKey, openSettlementLab, type SettlementLab } from '../support/settlement-lab.ts'
import { devKey } from '../support/toy-exchange.ts'

/** Gives a uid to another hotkey, or to the same one registered again. */
function handOver({ chain }: SettlementLab, uid: number, name: string, registeredAtBlock: number): void {
  chain.neurons = chain.neurons.map(old => (old.uid === uid ? neuron(uid, devKey(name).hotkey, { registeredAtBlock }) : old))
}

describe('F40: a uid changes hands in the middle of a round', () => {
  it('the new owner starts empty, and the old score is gone with the old owner', async () => {
    const lab = await openSettlementLab()
    await lab.ask(40, { One: [{}], Two: [{}] })
    await lab.settle(40)
    await lab.ask(41, { One: [{}], Two: [{}] })
    handOver(lab, 1, 'Three', 199)
    await lab.settle(41)
    const { scores = new Map() } = (await lab.scoreboard.latest()) ?? {}
    expect(scores.has(labKey('One'))).toBe(false)
    expect(scores.get(labKey('Three', 199))).toBe(0)
    expect(scores.get(labKey('Two'))).toBeGreaterThan(0)
    expect((await lab.replay(41)).differences).toEqual([])
  })

  it('a hotkey that registers again starts empty too', async () => {
    const lab = await openSettlementLab()
    await lab.ask(40, { One: [{}] })
    await lab.settle(40)
    handOver(lab, 1, 'One', 199)
    await lab.ask(41, { Two: [{}] })
    await lab.settle(41)
    const { scores = new Map() } = (await lab.scoreboard.latest()) ?? {}
    expect(scores.has(labKey('One'))).toBe(false)
    expect(scores.get(labKey('One', 199))).toBe(0)
  })
})

describe('F41: a uid changes hands between scoring and the weights', () => {
  it('whoever has it now gets nothing of the old score', async () => {
    const lab = await openSettlementLab()
    await lab.ask(40, { One: [{}], Two: [{}] })
    await lab.settle(40)
    const latest = await lab.scoreboard.latest()
    handOver(lab, 1, 'Three', 199)
    expect(await vectorNow(lab, latest?.scores ?? new Map())).toMatchObject({ vector: { uids: [2], values: [65_535] } })
  })

  it('no weights are built where nobody is left who earned a score', async () => {
    const lab = await openSettlementLab()
    await lab.ask(40, { One: [{}] })
    await lab.settle(40)
    const latest = await lab.scoreboard.latest()
    handOver(lab, 1, 'One', 199)
    expect(await vectorNow(lab, latest?.scores ?? new Map())).toBeNull()
  })
})

/** The vector of these scores on the metagraph as it is now. */
async function vectorNow({ chain }: SettlementLab, scores: ReadonlyMap<string, number>) {
  const [metagraph, hyperparameters] = await Promise.all([chain.readMetagraph(2), chain.readHyperparameters(2)])
  return buildVector(scores, metagraph, { uid: 0 }, hyperparameters)
}
