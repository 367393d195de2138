import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadSubnet, type SubnetFile, type SubnetModel } from '../../../../shared/subnet/subnet-file.ts'

const config = fileURLToPath(new URL('../../../../config', import.meta.url))
let folder: string
let file: SubnetFile

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-calibration-'))
  file = (await loadSubnet(join(config, 'subnet.json'))).file
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Loads the default subnet file with its first model changed. */
async function load(change: (model: SubnetModel) => Partial<SubnetModel>) {
  const [model, ...others] = file.models
  if (model === undefined) throw new Error('the subnet file has no model')
  const calibration = model.calibration && { ...model.calibration, path: join(config, model.calibration.path) }
  const changed = { ...model, ...(calibration && { calibration }) }
  const path = join(folder, 'subnet.json')
  await writeFile(path, JSON.stringify({ ...file, models: [{ ...changed, ...change(changed) }, ...others] }))
  return loadSubnet(path)
}

describe('a subnet file that names a calibration', () => {
  it('loads with the bounds of the calibration, or wider ones', async () => {
    await expect(load(() => ({}))).resolves.toBeDefined()
    await expect(load(({ marginBound }) => ({ marginBound: 2 * marginBound }))).resolves.toBeDefined()
  })
  it('is refused with a narrower bound: it would convict honest miners', async () => {
    await expect(load(() => ({ marginBound: 1e-5 }))).rejects.toThrow(/allows no marginBound below/)
    await expect(load(({ bounds }) => (bounds ? { bounds: { ...bounds, fingerprintBound: 0.001 } } : {}))).rejects.toThrow(
      /fingerprintBound/,
    )
  })
  it('is refused where the file is another one, is of another model, or is missing', async () => {
    const other = join(folder, 'other.json')
    const stored: { seed: number } = JSON.parse(await readFile(join(config, 'calibrations/assay-tiny.json'), 'utf8'))
    await writeFile(other, JSON.stringify({ ...stored, seed: stored.seed + 1 }))
    const digest = file.models[0]?.calibration?.digest ?? ''
    await expect(load(() => ({ calibration: { path: other, digest } }))).rejects.toThrow(/has the digest/)
    await expect(load(() => ({ manifestDigest: 'b'.repeat(64) }))).rejects.toThrow(/is of the manifest/)
    await expect(load(() => ({ calibration: { path: 'nowhere.json', digest } }))).rejects.toMatchObject({ code: 'SUBNET_FILE' })
  })
  it('has another scoring version than with another calibration', async () => {
    const { scoringVersion } = await load(() => ({}))
    const { scoringVersion: wider } = await load(({ marginBound }) => ({ marginBound: 2 * marginBound }))
    expect(scoringVersion).not.toBe(wider)
  })
})
