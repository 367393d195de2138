import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { parseCalibrationFile } from '../../../../shared/subnet/calibration-file.ts'
import { loadSubnet } from '../../../../shared/subnet/subnet-file.ts'
import { type CalibrateSettings, calibrateCommand } from '../../../../validator/calibrate/calibrate-command.ts'
import { honestVariants } from '../../../../validator/calibrate/honest-variants.ts'
import { buildCalibration } from '../../../../validator/verification/calibration/build-calibration.ts'

const subnetFile = fileURLToPath(new URL('../../../../config/subnet.json', import.meta.url))
const never = new AbortController().signal
const folders: string[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

async function settingsIn(): Promise<CalibrateSettings> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-calibrate-'))
  folders.push(folder)
  const out = join(folder, 'calibration.json')
  const accept = ['fp32', 'fp16', 'bf16']
  return {
    ...{ out, accept, subnetFile, answers: 20, projected: 8, rate: 0.001, seed: 1, provider: 'cpu' },
    model: undefined,
    gguf: undefined,
  }
}

/** Finished variants as a stopped run leaves them; each answer has two tokens. */
const finished = honestVariants.map(({ name, precision }) => ({
  ...{ name, precision, engine: 'onnx on cpu' },
  answers: Array.from({ length: 20 }, (_, index) => ({
    temperature: index % 4,
    margins: [0, 0.001],
    drifts: [0, 1e-4],
    distances: [1e-3, 2e-3],
  })),
}))

describe('the command that calibrates', () => {
  it('goes on from what a stopped run had finished, writes the file and leaves nothing beside it', async () => {
    const settings = await settingsIn()
    const { file } = await loadSubnet(subnetFile)
    const header = { manifestDigest: file.models[0]?.manifestDigest, answers: 20, seed: 1, projected: 8 }
    await writeFile(`${settings.out}.partial`, JSON.stringify({ header, variants: finished }))
    const warned = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    await calibrateCommand(settings, never)
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('20 answers of each variant give bounds that are too narrow'))
    warned.mockRestore()
    const written = parseCalibrationFile(JSON.parse(await readFile(settings.out, 'utf8')))
    expect(written.bounds).toEqual(buildCalibration({ ...written, variants: finished, accepted: settings.accept }).bounds)
    expect(written.variants.map(({ name }) => name)).toEqual(honestVariants.map(({ name }) => name))
    await expect(access(`${settings.out}.partial`)).rejects.toThrow()
  })

  it('ends at once where it is stopped, and writes no calibration', async () => {
    const settings = await settingsIn()
    await expect(calibrateCommand(settings, AbortSignal.abort(new Error('stopped')))).rejects.toThrow()
    await expect(access(settings.out)).rejects.toThrow()
  })

  it('names the models that there are where it is asked for another', async () => {
    await expect(calibrateCommand({ ...(await settingsIn()), model: 'other' }, never)).rejects.toThrow(/no model other; it has assay-tiny/)
  })
})
