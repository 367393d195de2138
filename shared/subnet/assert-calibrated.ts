import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { digestJson } from '../protocol/digest-json.ts'
import { type CalibratedBounds, type CalibrationFile, parseCalibrationFile } from './calibration-file.ts'
import type { SubnetModel } from './subnet-file.ts'

/** A model's bounds must be those of the calibration that it names, or wider; throws an Error that says what is wrong. A model that names none is its owner's word alone. */
export async function assertCalibrated(model: SubnetModel, folder: string): Promise<void> {
  const { calibration } = model
  if (calibration === undefined) return
  const problem = problemOf(model, await readCalibration(resolve(folder, calibration.path)))
  if (problem !== null) throw new Error(`the calibration ${calibration.path} of ${model.name} ${problem}`)
}

/** Reads a calibration file. */
export async function readCalibration(file: string): Promise<CalibrationFile> {
  return parseCalibrationFile(JSON.parse(await readFile(file, 'utf8')))
}

function problemOf(model: SubnetModel, file: CalibrationFile): string | null {
  const digest = digestJson(file)
  if (digest !== model.calibration?.digest) return `has the digest ${digest}, not ${model.calibration?.digest}`
  if (file.manifestDigest !== model.manifestDigest) return `is of the manifest ${file.manifestDigest}, not ${model.manifestDigest}`
  if (file.bounds.marginClip !== model.marginClip) return `clips margins at ${file.bounds.marginClip}, not ${model.marginClip}`
  const { marginBound, bounds, classes = [] } = model
  const { checkWeights: _weights, ...distances } = bounds ?? {}
  const ofModel = narrower({ marginBound, ...distances }, file.bounds)
  if (ofModel !== null) return ofModel
  for (const { name, precision, bounds: own } of classes) {
    const measured = file.precisions[precision] ?? file.bounds
    const problem = narrower(own ?? { marginBound, ...distances }, measured)
    if (problem !== null) return `of the class ${name} ${problem}`
  }
  return null
}

/** A bound that is narrower than what was measured, in words; null where none is. */
function narrower(held: Partial<CalibratedBounds>, measured: CalibratedBounds): string | null {
  for (const [name, value] of Object.entries(held)) {
    const least = measured[name as keyof CalibratedBounds]
    if (value < least) return `allows no ${name} below ${least}, and ${value} stands here: honest miners would be convicted`
  }
  return null
}
