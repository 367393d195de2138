import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { waitForCrypto } from '../../../../shared/identity/crypto-ready.ts'
import { parseHotkey } from '../../../../shared/identity/ss58.ts'
import { readLiveIntents } from '../../../../validator/storage/intent-table.ts'
import { devKey } from '../../../support/toy-exchange.ts'
import { openWeightsLab, type WeightsLab } from '../../../support/weights-lab.ts'

beforeAll(waitForCrypto)

let at: WeightsLab
afterEach(() => {
  vi.useRealTimers()
  at.close()
})

describe('weights on a chain that re-organises', () => {
  it.each([
    ['an earlier block than the one that they were sent for', 101],
    ['a later block', 104],
  ])('are known as ours where a re-org put them into %s, and are not sent again', async (_, block) => {
    at = openWeightsLab()
    await at.blocks(2)
    expect(at.chain.acts.map(act => act.block)).toEqual([102])
    at.chain.acts = at.chain.acts.map(act => ({ ...act, block }))
    await at.blocks(4)
    expect(at.chain.acts).toHaveLength(1)
    expect((await readLiveIntents(at.store, 106)).map(({ status }) => status)).toEqual(['finalised'])
    expect(at.doppelgangers).toEqual([])
  })

  it('that a re-org put before the window count for it', async () => {
    at = openWeightsLab()
    await at.blocks(8)
    expect(at.chain.acts.map(({ block }) => block)).toEqual([102, 108])
    at.chain.acts = at.chain.acts.map(act => (act.block === 108 ? { ...act, block: 107 } : act))
    await at.blocks(10)
    expect(at.chain.acts.map(({ block }) => block)).toEqual([102, 107])
    expect(at.missed).toEqual([])
  })
})

describe('a uid that changes hands in a block that is not final yet', () => {
  /** In every block that is not final yet uid 1 belongs to another hotkey, or to the same one by a new registration. */
  const sell = (changes: { hotkey?: string; registeredAtBlock: number }) => {
    const { readMetagraph } = at.chain
    at.chain.readMetagraph = async (...args) => {
      const metagraph = await readMetagraph(...args)
      if (metagraph.block <= at.chain.clock.finalised().number) return metagraph
      const { hotkey, ...rest } = changes
      const owner = hotkey === undefined ? {} : { hotkey: parseHotkey(hotkey) }
      return { ...metagraph, neurons: metagraph.neurons.map(each => (each.uid === 1 ? { ...each, ...rest, ...owner } : each)) }
    }
  }

  it.each([
    ['to another hotkey', () => ({ hotkey: devKey('Buyer').hotkey, registeredAtBlock: 101 })],
    ['by a new registration of the same hotkey', () => ({ registeredAtBlock: 101 })],
  ])('gets nothing %s, and the others their weights', async (_, changes) => {
    at = openWeightsLab()
    sell(changes())
    await at.blocks(1)
    expect(at.chain.submitted.map(({ uids }) => uids)).toEqual([[2]])
  })

  it('gets an explicit zero under liquid alpha', async () => {
    at = openWeightsLab()
    at.chain.hyperparameters = { ...at.chain.hyperparameters, liquidAlphaEnabled: true }
    sell({ hotkey: devKey('Buyer').hotkey, registeredAtBlock: 101 })
    await at.blocks(1)
    const [sent] = at.chain.submitted
    expect(sent?.values[sent.uids.indexOf(1)]).toBe(0)
    expect(sent?.values[sent.uids.indexOf(2)]).toBeGreaterThan(0)
  })

  it('is left out of earlier weights that are repeated as a last resort', async () => {
    at = openWeightsLab({ lastResort: 'repeat' })
    await at.blocks(8)
    const before = at.chain.submitted.length
    at.scores = new Map()
    sell({ hotkey: devKey('Buyer').hotkey, registeredAtBlock: 109 })
    await at.blocks(20)
    const later = at.chain.submitted.slice(before)
    expect(later.length).toBeGreaterThan(0)
    expect(later.every(({ uids }) => !uids.includes(1))).toBe(true)
  })

  it('is left out of a lost call that would be sent again', async () => {
    at = openWeightsLab()
    at.chain.fates.push('dropped')
    await at.blocks(1)
    sell({ hotkey: devKey('Buyer').hotkey, registeredAtBlock: 102 })
    await at.blocks(12)
    expect(at.chain.submitted.length).toBeGreaterThan(0)
    expect(at.chain.submitted.every(({ uids }) => !uids.includes(1))).toBe(true)
  })
})

describe('commits', () => {
  it('are timelocked by the clock of the chain, however wrong ours is', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 0 })
    at = openWeightsLab()
    at.chain.hyperparameters = { ...at.chain.hyperparameters, commitRevealEnabled: true }
    await at.blocks(1)
    const { genesisSec, periodSec, nowMs } = await at.chain.readBeacon()
    const present = (nowMs / 1_000 - genesisSec) / periodSec
    const round = Number(at.chain.acts[0]?.timelocked?.revealRound)
    expect(round - present).toBeGreaterThanOrEqual(-1)
    expect(round - present).toBeLessThan(60)
  })

  it('that are opened after commit-reveal was switched off move our last update, and that is no stranger', async () => {
    at = openWeightsLab()
    at.chain.hyperparameters = { ...at.chain.hyperparameters, commitRevealEnabled: true }
    await at.blocks(5)
    at.chain.hyperparameters = { ...at.chain.hyperparameters, commitRevealEnabled: false }
    at.chain.refusals.push(...Array(400).fill('SettingWeightsTooFast'))
    at.chain.opensAt = 121
    at.chain.acts.push({
      block: 121,
      hotkey: devKey('Validator').hotkey,
      weights: { netuid: 2, uids: [1, 2], values: [65_535, 21_845], versionKey: 0n },
    })
    await at.blocks(20)
    expect((await readLiveIntents(at.store, 125))[0]?.status).toBe('revealed')
    at.restart()
    // Also when the commit is long forgotten.
    await at.blocks(300)
    expect(at.doppelgangers).toEqual([])
  })
})
