import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { waitForCrypto } from '../../../../shared/identity/crypto-ready.ts'
import type { Journal } from '../../../../validator/rounds/journal.ts'
import type { WeightsSettings } from '../../../../validator/rounds/look-at-weights.ts'
import { readLiveIntents } from '../../../../validator/storage/intent-table.ts'
import type { Act } from '../../../support/fake-chain.ts'
import { neuron } from '../../../support/fake-miner-chain.ts'
import { devKey } from '../../../support/toy-exchange.ts'
import { openWeightsLab, type WeightsLab } from '../../../support/weights-lab.ts'

beforeAll(async () => {
  await waitForCrypto()
  us = devKey('Validator').hotkey
})

const labs: WeightsLab[] = []
const folders: string[] = []
afterEach(() => {
  for (const lab of labs.splice(0)) lab.close()
  for (const each of folders.splice(0)) rmSync(each, { recursive: true, force: true })
})
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'assay-weights-'))
  folders.push(made)
  return made
}
function lab(settings?: Partial<WeightsSettings>): WeightsLab {
  const opened = openWeightsLab(settings)
  labs.push(opened)
  return opened
}
let us = ''
const statuses = async ({ store, chain }: WeightsLab) =>
  (await readLiveIntents(store, (await chain.readHead()).number)).map(({ status }) => status)
const epochOf = (block: number) => Math.floor(block / 20)
/** Epochs that hold something of ours, once for each act. */
const epochs = ({ chain }: WeightsLab) => chain.acts.filter(({ reveal }) => reveal === undefined).map(({ block }) => epochOf(block))

describe('weights in the open', () => {
  it('are sent as soon as there are scores, then once in every window, and each is confirmed from the finalised chain', async () => {
    const at = lab()
    await at.blocks(80)
    expect(at.chain.acts.map(({ block }) => block)).toEqual([102, 108, 128, 148, 168])
    expect(at.chain.acts[0]?.weights).toEqual({ netuid: 2, uids: [1, 2], values: [65_535, 21_845], versionKey: 0n })
    expect(await statuses(at)).toEqual(Array(5).fill('finalised'))
    expect(at.setter.status()).toMatchObject({ submitted: 5, lastError: null, waiting: null, nextBlock: 188, missedTempos: 0 })
  })

  it('keep every zero under liquid alpha, and leave them out without', async () => {
    const at = lab()
    at.chain.hyperparameters = { ...at.chain.hyperparameters, liquidAlphaEnabled: true }
    await at.blocks(1)
    expect(at.chain.acts[0]?.weights).toMatchObject({ uids: [1, 2, 3], values: [65_535, 21_845, 0] })
  })

  it('give nothing to a uid that somebody else took meanwhile', async () => {
    const at = lab()
    at.chain.neurons = at.chain.neurons.map(each => (each.uid === 1 ? neuron(1, devKey('Thief').hotkey, { registeredAtBlock: 90 }) : each))
    await at.blocks(1)
    expect(at.chain.acts[0]?.weights?.uids).toEqual([2])
  })

  it('wait for a permit and for the version that the owner wants, and say so', async () => {
    const at = lab({ weightsVersion: 3n })
    at.chain.hyperparameters = { ...at.chain.hyperparameters, weightsVersion: 4n }
    await at.blocks(2)
    expect(at.setter.status().waiting).toBe('weights version')
    at.chain.hyperparameters = { ...at.chain.hyperparameters, weightsVersion: 3n }
    const [self, ...others] = at.chain.neurons
    at.chain.neurons = [{ ...(self ?? neuron(0, us)), validatorPermit: false }, ...others]
    await at.blocks(2)
    expect(at.setter.status().waiting).toBe('no permit')
    expect(at.chain.acts).toEqual([])
  })

  it('are the last good ones again where no score is left and the operator asked for that', async () => {
    const at = lab({ lastResort: 'repeat' })
    await at.blocks(1)
    at.scores = new Map()
    at.chain.neurons = at.chain.neurons.map(each => (each.uid === 1 ? neuron(1, devKey('Thief').hotkey, { registeredAtBlock: 103 }) : each))
    await at.blocks(20)
    expect(at.chain.acts.map(({ weights }) => weights?.uids)).toEqual([[1, 2], [2]])
  })

  it('are sent again where the call was dropped, and not where it only went unheard', async () => {
    const at = lab()
    at.chain.fates.push('dropped', 'unheard')
    await at.blocks(20)
    expect(at.chain.acts.map(({ block }) => block)).toEqual([104, 108])
    expect(await statuses(at)).toEqual(['finalised', 'finalised'])
    expect(at.missed).toEqual([])
  })

  it('are sent again, the same payload, where a re-org took their block away', async () => {
    const at = lab()
    await at.blocks(1)
    const [first] = at.chain.acts
    at.chain.acts = []
    await at.blocks(4)
    expect(at.chain.acts.map(({ weights }) => weights)).toEqual([first?.weights])
    await at.blocks(3)
    expect((await statuses(at))[0]).toBe('finalised')
  })

  it('raise an alarm for every tempo that ends without them', async () => {
    const at = lab()
    await at.blocks(1)
    at.chain.refusals.push(...Array(100).fill('NotEnoughStakeToSetWeights'))
    await at.blocks(100)
    expect(at.missed).toEqual([1, 2, 3, 4])
    expect(at.setter.status()).toMatchObject({ missedTempos: 4, lastError: 'NotEnoughStakeToSetWeights' })
    at.chain.refusals.splice(0)
    await at.blocks(20)
    expect(at.missed.at(-1)).toBe(0)
  })
})

describe('commits', () => {
  const commitReveal = (settings?: Partial<WeightsSettings>) => {
    const at = lab(settings)
    at.chain.hyperparameters = { ...at.chain.hyperparameters, commitRevealEnabled: true, commitRevealPeriod: 1 }
    return at
  }

  it('are timelocked, and followed until the chain has opened them', async () => {
    const at = commitReveal()
    await at.blocks(6)
    const [act] = at.chain.acts
    expect(act?.timelocked?.commit).toMatch(/^0x[0-9a-f]{500,}$/)
    expect(await statuses(at)).toEqual(['finalised'])
    // The chain opens it: the vector is in force.
    at.chain.opensAt = 108
    at.chain.acts.push({ block: 102, hotkey: us, weights: { netuid: 2, uids: [1, 2], values: [65_535, 21_845], versionKey: 0n } })
    await at.blocks(4)
    expect((await statuses(at))[0]).toBe('revealed')
  })

  it('that nobody opened in time are noted as expired', async () => {
    const at = commitReveal()
    await at.blocks(1)
    at.chain.opensAt = 120
    await at.blocks(45)
    expect((await statuses(at))[0]).toBe('expired')
  })

  it('by hash are revealed in their one epoch, with the salt that was stored before', async () => {
    const at = commitReveal({ commitForm: 'hash' })
    await at.blocks(1)
    const [stored] = await readLiveIntents(at.store, 101)
    at.restart()
    await at.blocks(17)
    expect(at.chain.acts.filter(({ reveal }) => reveal !== undefined)).toEqual([])
    await at.blocks(1)
    const [act] = at.chain.acts.filter(({ reveal }) => reveal !== undefined)
    expect(act?.block).toBe(120)
    expect(act?.reveal?.salt).toHaveLength(8)
    expect(stored).toMatchObject({ form: 'hash', commit: at.chain.acts[0]?.hash })
  })

  it('stop at ten unrevealed ones', async () => {
    const at = commitReveal({ commitForm: 'hash' })
    for (let index = 0; index < 10; index++)
      at.chain.acts.push({ block: 80 + index, hotkey: us, hash: `0x${String(index).padStart(64, '0')}` })
    await at.blocks(15)
    expect(at.chain.acts).toHaveLength(10)
    expect(at.setter.status().waiting).toBe('too many unrevealed commits')
  })
})

/** The journal's steps, each of which a crash may precede or follow. */
const steps = ['begin', 'sent', 'change'] as const

describe('a crash', () => {
  for (const form of ['set-weights', 'timelocked', 'hash'] as const)
    for (const step of steps)
      for (const moment of ['before', 'after'] as const)
        it(`${moment} the journal's step "${step}" of ${form} neither loses a tempo nor acts twice`, async () => {
          const at = lab({ commitForm: form === 'hash' ? 'hash' : 'timelocked' })
          const commitRevealEnabled = form !== 'set-weights'
          at.chain.hyperparameters = { ...at.chain.hyperparameters, commitRevealEnabled }
          let killed = false
          at.restart(journal => killAt(journal, step, moment, () => (killed = true)))
          while (!killed) await at.blocks(1)
          at.restart()
          while ((await at.chain.readHead()).number < 118) await at.blocks(1)
          const held = new Set(at.chain.acts.map(fingerprint))
          // The first epoch has a first submission and one in its window, and neither of them twice.
          expect(at.chain.acts.length).toBe(2)
          expect(held.size).toBe(form === 'set-weights' ? 1 : 2)
          expect(epochs(at)).toEqual([5, 5])
          expect(at.doppelgangers).toEqual([])
        })
})

describe('another validator on our hotkey', () => {
  const theirs: Act['weights'] = { netuid: 2, uids: [3], values: [65_535], versionKey: 0n }

  it('is noticed by its weights, and nothing more is signed', async () => {
    const at = lab()
    await at.blocks(10)
    at.chain.acts.push({ block: 111, hotkey: us, weights: theirs })
    await at.blocks(40)
    expect(at.doppelgangers).toMatchObject([{ code: 'VALIDATOR_DOPPELGANGER', exitCode: 2, details: { block: 111, what: 'weights' } }])
    expect(at.chain.acts).toHaveLength(3)
  })

  it('is noticed by its commit', async () => {
    const at = lab()
    at.chain.hyperparameters = { ...at.chain.hyperparameters, commitRevealEnabled: true }
    await at.blocks(5)
    at.chain.acts.push({ block: 106, hotkey: us, timelocked: { commit: '0xabcd', revealRound: 9n } })
    await at.blocks(4)
    expect(at.doppelgangers).toMatchObject([{ details: { block: 106, what: 'commit' } }])
  })

  it('that was active before we began makes us watch for a tempo first; then the work goes on', async () => {
    const at = lab()
    at.chain.acts.push({ block: 95, hotkey: us, weights: theirs })
    await at.blocks(38)
    expect(at.chain.acts).toHaveLength(1)
    expect(at.setter.status().waiting).toBe('doppelganger watch')
    await at.blocks(4)
    expect(at.chain.acts).toHaveLength(2)
    expect(at.doppelgangers).toEqual([])
  })

  it('is found out by whoever of the two comes second', async () => {
    const at = lab()
    await at.blocks(5)
    const first = at.setter
    // The same hotkey on another machine, with a journal of its own.
    at.restart(undefined, folder())
    for (let block = 0; block < 40; block++) {
      at.chain.advance()
      await at.look(first)
      await at.look()
    }
    expect(at.doppelgangers).toMatchObject([{ code: 'VALIDATOR_DOPPELGANGER' }])
  })
})

describe('a journal restored from an old backup', () => {
  it('signs nothing until the chain was seen to be quiet for a tempo', async () => {
    const at = lab()
    await at.blocks(5)
    const backup = folder()
    at.store.sqlite.pragma('wal_checkpoint(TRUNCATE)')
    cpSync(at.folder, backup, { recursive: true })
    await at.blocks(40)
    const before = at.chain.acts.length
    at.restart(undefined, backup)
    await at.blocks(33)
    expect(at.chain.acts).toHaveLength(before)
    expect(at.setter.status().waiting).toBe('doppelganger watch')
    await at.blocks(8)
    expect(at.chain.acts.length).toBeGreaterThan(before)
    expect(at.doppelgangers).toEqual([])
  })
})

function fingerprint({ weights, hash, timelocked }: Act): string {
  return JSON.stringify([weights?.values, hash, timelocked?.commit])
}

/** A journal that throws before or after one step, once: what comes after it never happens. */
function killAt(journal: Journal, step: (typeof steps)[number], moment: 'before' | 'after', onKill: () => void): Journal {
  const kill = () => {
    onKill()
    throw new Error('killed')
  }
  const wrap =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      // A change of nothing is no step.
      if (Array.isArray(args[0]) && args[0].length === 0) return work(...args)
      if (moment === 'before') kill()
      const result = await work(...args)
      kill()
      return result
    }
  return {
    ...journal,
    ...(step === 'begin'
      ? { begin: wrap(journal.begin) }
      : step === 'sent'
        ? { sent: wrap(journal.sent) }
        : { change: wrap(journal.change) }),
  }
}
