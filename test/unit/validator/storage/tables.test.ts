import { describe, expect, it } from 'vitest'
import { openExistingStore, openStore } from '../../../../validator/storage/open-store.ts'
import { pruneCounts, pruneRounds } from '../../../../validator/storage/prune-rounds.ts'
import { readRound } from '../../../../validator/storage/round-table.ts'
import { assertDuty, readOrCreateSetting, readSetting } from '../../../../validator/storage/setting-table.ts'
import { countVerdicts, readSettledRange } from '../../../../validator/storage/settlement-table.ts'
import { labKey, openSettlementLab, type SettlementLab } from '../../../support/settlement-lab.ts'

const duty = { genesisHash: '0x01', netuid: 2, hotkey: '5x' }

describe('a setting', () => {
  it('keeps its first value', async () => {
    const store = openStore(null)
    expect(await readSetting(store, 'master-secret')).toBeNull()
    expect(await readOrCreateSetting(store, 'master-secret', () => 'one')).toBe('one')
    expect(await readOrCreateSetting(store, 'master-secret', () => 'two')).toBe('one')
  })

  it('ties the database to one chain, subnet and hotkey', async () => {
    const store = openStore(null)
    await assertDuty(store, duty, '/data')
    await assertDuty(store, duty, '/data')
    for (const other of [{ genesisHash: '0x02' }, { netuid: 3 }, { hotkey: '5y' }])
      await expect(assertDuty(store, { ...duty, ...other }, '/data')).rejects.toMatchObject({ code: 'VALIDATOR_OTHER_DUTY' })
  })
})

describe('looking at a database', () => {
  it('does not create one', () => {
    expect(() => openExistingStore('/nowhere')).toThrow(expect.objectContaining({ code: 'VALIDATOR_NO_STORE' }))
  })
})

describe('old rounds', () => {
  const rows = ({ store }: SettlementLab) =>
    Object.fromEntries(
      ['exchange', 'judgement', 'receipt_number', 'settlement', 'round'].map(table => [
        table,
        (store.sqlite.prepare(`SELECT count(*) AS count FROM ${table}`).get() as { count: number }).count,
      ]),
    )
  async function settledLab(rounds: number) {
    const lab = await openSettlementLab()
    for (let number = 40; number < 40 + rounds; number++) {
      await lab.ask(number, { One: [{}], Two: ['miss'] })
      await lab.settle(number)
    }
    return lab
  }

  it('are forgotten beyond the number that is kept, and the kept ones still replay', async () => {
    const lab = await settledLab(6)
    const latest = await lab.scoreboard.latest()
    expect(await pruneRounds(lab.store, 3)).toBe(3)
    expect(await pruneRounds(lab.store, 3)).toBe(0)
    // One more settlement and round than is kept: the state that the oldest kept one starts from.
    expect(rows(lab)).toEqual({ exchange: 6, judgement: 6, receipt_number: 3, settlement: 4, round: 4 })
    expect(await readSettledRange(lab.store)).toEqual({ first: 43, last: 45 })
    for (const number of [43, 44, 45]) expect((await lab.replay(number)).differences).toEqual([])
    await expect(lab.replay(42)).rejects.toMatchObject({ code: 'VALIDATOR_ROUND_UNKNOWN', details: { first: 43, last: 45 } })
    expect(await lab.scoreboard.latest()).toEqual(latest)
    expect(lab.store.sqlite.pragma('foreign_key_check')).toEqual([])
  })

  it('stay bounded however many rounds are settled', async () => {
    const lab = await settledLab(0)
    for (let number = 40; number < 60; number++) {
      await lab.ask(number, { One: [{}] })
      await lab.settle(number)
      await pruneRounds(lab.store, 2)
    }
    expect(rows(lab)).toEqual({ exchange: 2, judgement: 2, receipt_number: 2, settlement: 3, round: 3 })
  })

  it('that are not settled are never forgotten', async () => {
    const lab = await settledLab(2)
    await lab.ask(42, { One: [{}] })
    expect(await pruneRounds(lab.store, 1)).toBe(1)
    expect((await readRound(lab.store, 42))?.status).toBe('asked')
    await lab.settle(42)
    expect((await lab.replay(42)).differences).toEqual([])
  })

  it('still count in the verdicts of their miners, until those are gone', async () => {
    const lab = await settledLab(4)
    await pruneRounds(lab.store, 1)
    const counts = async () =>
      (await countVerdicts(lab.store)).map(({ minerKey, kind, code, count }) => [minerKey, kind, code, count]).sort()
    expect(await counts()).toEqual(
      [
        [labKey('One'), 'pass', null, 4],
        [labKey('Two'), 'miss', 'timeout', 4],
      ].sort(),
    )
    await pruneCounts(lab.store, [labKey('Two')])
    expect(await counts()).toEqual([[labKey('Two'), 'miss', 'timeout', 4]])
  })
})
