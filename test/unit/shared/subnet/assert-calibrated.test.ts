import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { digestJson } from '../../../../shared/protocol/digest-json.ts'
import { readCalibration } from '../../../../shared/subnet/assert-calibrated.ts'
import { assertSubnetPaths } from '../../../../shared/subnet/assert-subnet-paths.ts'
import { type CalibrationFile, parseCalibrationFile } from '../../../../shared/subnet/calibration-file.ts'
import { loadSubnet, type SubnetFile, type SubnetModel } from '../../../../shared/subnet/subnet-file.ts'

const config = fileURLToPath(new URL('../../../../config', import.meta.url))
let folder: string
let file: SubnetFile

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-calibration-'))
  file = (await loadSubnet(join(config, 'subnet.json'))).file
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Loads the default subnet file with its first model changed, and parts of the file. */
async function load(change: (model: SubnetModel) => Partial<SubnetModel>, parts: Partial<SubnetFile> = {}) {
  const [model, ...others] = file.models
  if (model === undefined) throw new Error('the subnet file has no model')
  const calibration = model.calibration && { ...model.calibration, path: join(config, model.calibration.path) }
  const changed = { ...model, ...(calibration && { calibration }) }
  const path = join(folder, 'subnet.json')
  await writeFile(path, JSON.stringify({ ...file, ...parts, models: [{ ...changed, ...change(changed) }, ...others] }))
  return loadSubnet(path)
}

/** The default calibration, changed, as a model may name it. */
async function changed(change: (stored: CalibrationFile) => object) {
  const path = join(folder, 'changed.json')
  const stored = change(await readCalibration(join(config, 'calibrations/assay-tiny.json')))
  await writeFile(path, JSON.stringify(stored))
  return { calibration: { path, digest: digestJson(parseCalibrationFile(stored)) } }
}

describe('a subnet file', () => {
  it('is refused where the weights of the checks are more than 1 together: e-values could be negative', async () => {
    const weigh = (margin: number) =>
      load(({ bounds }) => (bounds ? { bounds: { ...bounds, checkWeights: { ...bounds.checkWeights, margin } } } : {}))
    await expect(weigh(0.5)).rejects.toThrow(/checkWeights: margin 0.5, fingerprint 0.4 and logProb 0.2 are 1.1\d* together/)
    await expect(weigh(0.1)).resolves.toBeDefined()
  })

  it('that names a folder or a file that is not there is refused with its name, before anything is opened', async () => {
    const subnet = await loadSubnet(join(config, 'subnet.json'))
    const [model] = subnet.file.models
    if (model === undefined) throw new Error('the subnet file has no model')
    const paths = (parts: Partial<SubnetModel>) =>
      assertSubnetPaths({ ...subnet, file: { ...subnet.file, models: [{ ...model, ...parts }] } })
    await expect(paths({})).resolves.toBeUndefined()
    await expect(paths({ path: 'models/nothing' })).rejects.toThrow(/names the model folder .*nothing, which does not exist/)
    await expect(paths({ path: 'subnet.json' })).rejects.toThrow(/subnet.json, which is no folder/)
    await expect(paths({ prompts: 'nowhere.json' })).rejects.toMatchObject({ code: 'SUBNET_FILE' })
  })
})

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
  it('is refused where openings are projected to another number than the calibration measured', async () => {
    const { proof } = file
    if (proof === undefined) throw new Error('the subnet file asks for no openings')
    await expect(load(() => ({}), { proof: { ...proof, k: 4 } })).rejects.toThrow(/to 8 numbers, and proof.k is 4/)
  })

  it('is refused where a variant has so few answers that its bounds are too narrow', async () => {
    const { calibration } = await changed(({ variants: [first, ...others], ...rest }) => ({
      ...rest,
      variants: [{ ...first, answers: 199 }, ...others],
    }))
    await expect(load(() => ({ calibration }))).rejects.toThrow(/has 199 answers of "fp32, 1 thread, alone".* fewer than 200/)
  })

  it('holds a class of GGUF files against what llama.cpp measured, whatever precision its weights have', async () => {
    const bounds = { marginBound: 1e-4, greedySlack: 0.02, fingerprintBound: 0.0025, logProbBound: 0.001 }
    const narrow = ({ classes = [] }: SubnetModel, artefact: string) => ({
      classes: classes.map(one => (one.artefact === artefact && one.precision === 'fp32' ? { ...one, bounds } : one)),
    })
    await expect(load(model => narrow(model, 'onnx'))).resolves.toBeDefined()
    await expect(load(model => narrow(model, 'gguf'))).rejects.toThrow(/of the class gguf-fp16-cache allows no logProbBound below 0.0016/)
    const { calibration } = await changed(({ variants, ...rest }) => ({
      ...rest,
      variants: variants.filter(({ engine }) => engine !== 'llama.cpp'),
    }))
    await expect(load(() => ({ calibration }))).rejects.toThrow(/no answers of llama.cpp, which the class gguf-fp16-cache runs/)
  })

  it('is refused with a class in a precision that nobody measured', async () => {
    await expect(
      load(({ classes = [] }) => ({
        classes: [...classes, { name: 'eighth', artefact: 'onnx', precision: 'int8', fingerprint: true, payFactor: 1 }],
      })),
    ).rejects.toThrow(/no answers in int8, the precision of the class eighth/)
  })

  it('has another scoring version than with another calibration', async () => {
    const { scoringVersion } = await load(() => ({}))
    const { scoringVersion: wider } = await load(({ marginBound }) => ({ marginBound: 2 * marginBound }))
    expect(scoringVersion).not.toBe(wider)
  })
})
