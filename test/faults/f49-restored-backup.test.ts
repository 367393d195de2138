import { cpSync, rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EmbeddedWeightsLab, openEmbeddedWeightsLab } from '../support/embedded-weights-lab.ts'

describe.each([
  ['in the open', false],
  ['as commits', true],
] as const)('F49: the database comes from an old backup (weights %s)', (_, commitReveal) => {
  let lab: EmbeddedWeightsLab
  let backup = ''

  beforeEach(async () => {
    lab = await openEmbeddedWeightsLab()
    await lab.sudo('sudoSetCommitRevealWeightsEnabled', commitReveal)
    await lab.blocksUntil(() => lab.updates.length > 0)
    await lab.blocks(3)
    backup = `${lab.folder}-backup`
    lab.store.sqlite.pragma('wal_checkpoint(TRUNCATE)')
    cpSync(lab.folder, backup, { recursive: true })
  }, 60_000)
  afterEach(async () => {
    await lab.close()
    rmSync(backup, { recursive: true, force: true })
  })

  it('nothing is signed until the hotkey was seen to be quiet for a whole tempo; then the work goes on', async () => {
    await lab.blocks(25)
    const made = lab.updates.length
    const [last = 0] = lab.updates.slice(-1)
    lab.restart(backup)
    expect(lab.setter.status().silent).toBe(true)
    await lab.blocks(12)
    expect(lab.updates).toHaveLength(made)
    expect(lab.setter.status()).toMatchObject({ silent: true, waiting: 'doppelganger watch' })
    await lab.blocksUntil(() => lab.updates.length > made)
    // A whole epoch lies between what it found and what it signs.
    expect((lab.updates.at(-1) ?? 0) - last).toBeGreaterThan(10)
    await lab.blocks(4)
    expect(lab.setter.status()).toMatchObject({ silent: false, lastError: null })
    expect(lab.ended).toEqual([])
  }, 60_000)

  it('and where somebody acts meanwhile, it ends for good', async () => {
    const first = { setter: lab.setter, store: lab.store }
    await lab.blocks(15)
    // The restored one starts while the first, with the same hotkey, goes on.
    Object.assign(lab, { store: { close: () => {} } })
    lab.restart(backup)
    const second = lab.setter
    await lab.blocksUntil(async () => {
      Object.assign(lab, { setter: first.setter })
      await lab.blocks(1)
      Object.assign(lab, { setter: second })
      return lab.ended.length > 0
    })
    expect(lab.ended[0]).toMatchObject({ code: 'VALIDATOR_DOPPELGANGER', exitCode: 2 })
    first.store.close()
  }, 60_000)
})
