import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { waitForCrypto } from '../../../../shared/identity/crypto-ready.ts'
import { createLogger } from '../../../../shared/observe/create-logger.ts'
import { commitsTo, disclosedSecret } from '../../../../validator/audit/commitment-fields.ts'
import { epochSecret } from '../../../../validator/audit/epoch-secret.ts'
import { commitSecret } from '../../../../validator/rounds/run-round.ts'
import { buildSecretCommitter } from '../../../../validator/rounds/secret-committer.ts'
import type { WeightStatus } from '../../../../validator/rounds/weight-setter.ts'
import { readCommitmentBlock } from '../../../../validator/storage/commitment-table.ts'
import { openStore, type Store } from '../../../../validator/storage/open-store.ts'
import { saveRound } from '../../../../validator/storage/round-table.ts'
import { type FakeChain, fakeChain } from '../../../support/fake-chain.ts'
import { neuron } from '../../../support/fake-miner-chain.ts'
import { devKey } from '../../../support/toy-exchange.ts'

const master = new Uint8Array(32).fill(9)
const tempo = 20
const secretOf = (epoch: number) => epochSecret(master, 2, epoch)

describe('the commitment to the coming epoch’s secret', () => {
  let folder = ''
  let store: Store
  let chain: FakeChain
  let committer: ReturnType<typeof build>
  const build = () =>
    buildSecretCommitter({
      ...{ store, chain, netuid: 2, master, signer: devKey('Validator'), scoringVersion: 'ab'.repeat(32) },
      log: createLogger('test', 'silent'),
    })
  /** A new process on the folder's database. */
  const restart = (at = folder) => {
    store.close()
    store = openStore(at)
    committer = build()
  }
  const blocks = async (count: number, weightsAt: number | null = null) => {
    for (let block = 0; block < count; block++) {
      chain.advance()
      await committer.commitIfDue(weightsAt, AbortSignal.timeout(10_000))
    }
  }
  const made = () =>
    chain.acts.flatMap(({ block, commitment }) => {
      const found = Array.from({ length: 20 }, (_, epoch) => epoch).find(epoch => commitsTo(commitment ?? [], secretOf(epoch)))
      return commitment === undefined ? [] : [{ block, epoch: found, disclosed: disclosedSecret(commitment) }]
    })
  const openRound = (number: number, epoch: number) =>
    saveRound(store, { number, epoch, startBlock: 1, blocks: 2, seconds: 1, miners: [], offered: {}, carry: {}, scoringVersion: 'x' })

  beforeAll(waitForCrypto)
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-commitment-'))
    store = openStore(folder)
    // The head is block 100: epoch 5 has just begun.
    chain = fakeChain([neuron(0, devKey('Validator').hotkey, { validatorPermit: true })])
    chain.hyperparameters = { ...chain.hyperparameters, tempo }
    committer = build()
  })
  afterEach(() => {
    store.close()
    for (const each of [folder, `${folder}-backup`]) rmSync(each, { recursive: true, force: true })
  })

  it('is made once an epoch, in the first block after the one before, and its block is remembered when it is final', async () => {
    await blocks(45)
    expect(made().map(({ block, epoch }) => [block, epoch])).toEqual([
      [102, 6],
      [120, 7],
      [140, 8],
    ])
    expect([await readCommitmentBlock(store, 6), await readCommitmentBlock(store, 8), await readCommitmentBlock(store, 9)]).toEqual([
      102,
      140,
      null,
    ])
    expect(committer.status()).toEqual({ epoch: 8, block: 140, lastError: null })
  })

  it('discloses, one after another, the secrets of epochs whose rounds are all settled', async () => {
    await openRound(1, 6)
    await blocks(45)
    expect(made().map(({ disclosed }) => disclosed)).toEqual([null, null, null])
    store.sqlite.exec("UPDATE round SET status = 'settled'")
    await blocks(60)
    const later = made().slice(3)
    expect(later.map(({ epoch }) => epoch)).toEqual([9, 10, 11])
    expect(later.map(({ disclosed }) => disclosed)).toEqual([secretOf(6), secretOf(7), secretOf(8)])
  })

  it('is sent again where the call was dropped, not where it only went unheard, and never twice', async () => {
    chain.fates.push('dropped', 'dropped', 'unheard')
    await blocks(70)
    expect(made().map(({ block, epoch }) => [block, epoch])).toEqual([
      [116, 6],
      [120, 7],
      [140, 8],
      [160, 9],
    ])
  })

  it('is sent again where the chain refused it, with pauses', async () => {
    chain.refusals.push('SpaceLimitExceeded')
    await blocks(1)
    expect(committer.status().lastError).toBe('SpaceLimitExceeded')
    await blocks(10)
    expect(made().map(({ block }) => block)).toEqual([107])
  })

  it('that a re-org took away is sent again', async () => {
    await blocks(1)
    chain.acts = []
    await blocks(8)
    expect(made()).toMatchObject([{ epoch: 6, block: 107 }])
    await blocks(2)
    expect(await readCommitmentBlock(store, 6)).toBe(107)
  })

  it('outlives a kill at any moment with the same secret, and is not made twice', async () => {
    chain.fates.push('unheard')
    for (let killed = 0; killed < 12; killed++) {
      await blocks(1)
      restart()
    }
    expect(made()).toMatchObject([{ epoch: 6, block: 102 }])
    expect(await readCommitmentBlock(store, 6)).toBe(102)
  })

  it('is found on the chain by a database restored from before it', async () => {
    store.sqlite.pragma('wal_checkpoint(TRUNCATE)')
    const backup = `${folder}-backup`
    cpSync(folder, backup, { recursive: true })
    await blocks(6)
    restart(backup)
    await blocks(6)
    expect(made()).toHaveLength(1)
    expect(await readCommitmentBlock(store, 6)).toBe(102)
  })

  it('waits where weights are about to be sent, and is left out where they take the whole epoch', async () => {
    await blocks(3, 104)
    expect(made()).toEqual([])
    await blocks(1, 128)
    expect(made()).toMatchObject([{ block: 105 }])
    await blocks(14)
    await blocks(20, 1)
    await blocks(1)
    expect(made().map(({ epoch }) => epoch)).toEqual([6, 8])
  })

  it('is not made where nothing may be signed with the hotkey', async () => {
    const base: WeightStatus = {
      ...{ submitted: 0, lastBlock: null, lastError: null, waiting: null, nextBlock: null, missedTempos: 0, unrevealed: 0, silent: true },
    }
    const weights = (silent: boolean) => ({ submitIfDue: async () => {}, status: () => ({ ...base, silent }) })
    await commitSecret(committer, weights(true), AbortSignal.timeout(10_000))
    expect(made()).toEqual([])
    await commitSecret(committer, weights(false), AbortSignal.timeout(10_000))
    expect(made()).toHaveLength(1)
  })
})
