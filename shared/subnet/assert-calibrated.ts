import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { digestJson } from '../protocol/digest-json.ts'
import type { AcceptedClass } from './accepted-class.ts'
import {
  type CalibratedBounds,
  type CalibratedVariant,
  type CalibrationFile,
  leastCalibrationAnswers,
  parseCalibrationFile,
} from './calibration-file.ts'
import type { SubnetModel } from './subnet-file.ts'

/**
 * A model's bounds must be those of the calibration that it names, or wider, and rows projected as they were there (`projected` numbers,
 * where the subnet asks for openings); throws an Error that says what is wrong. A model that names none is its owner's word alone.
 */
export async function assertCalibrated(model: SubnetModel, folder: string, projected?: number): Promise<void> {
  const { calibration } = model
  if (calibration === undefined) return
  const problem = problemOf(model, await readCalibration(resolve(folder, calibration.path)), projected)
  if (problem !== null) throw new Error(`the calibration ${calibration.path} of ${model.name} ${problem}`)
}

/** Reads a calibration file. */
export async function readCalibration(file: string): Promise<CalibrationFile> {
  return parseCalibrationFile(JSON.parse(await readFile(file, 'utf8')))
}

function problemOf(model: SubnetModel, file: CalibrationFile, projected: number | undefined): string | null {
  const digest = digestJson(file)
  if (digest !== model.calibration?.digest) return `has the digest ${digest}, not ${model.calibration?.digest}`
  if (file.manifestDigest !== model.manifestDigest) return `is of the manifest ${file.manifestDigest}, not ${model.manifestDigest}`
  if (file.bounds.marginClip !== model.marginClip) return `clips margins at ${file.bounds.marginClip}, not ${model.marginClip}`
  if (projected !== undefined && file.projected !== projected)
    return `projected rows to ${file.projected} numbers, and proof.k is ${projected}: set it to ${file.projected}, or calibrate with --projected ${projected}`
  const few = file.variants.find(({ answers }) => answers < leastCalibrationAnswers)
  if (few !== undefined)
    return `has ${few.answers} answers of "${few.name}": bounds from fewer than ${leastCalibrationAnswers} are too narrow; calibrate with more --answers`
  const { marginBound, bounds, classes = [] } = model
  const { checkWeights: _weights, ...distances } = bounds ?? {}
  const ofModel = narrower({ marginBound, ...distances }, file.bounds)
  if (ofModel !== null) return ofModel
  for (const accepted of classes) {
    const measured = measuredFor(accepted, file)
    if (typeof measured === 'string') return measured
    const problem = narrower(accepted.bounds ?? { marginBound, ...distances }, measured)
    if (problem !== null) return `of the class ${accepted.name} ${problem}`
  }
  return null
}

const finestFirst: readonly string[] = ['fp32', 'fp16', 'bf16', 'int8', 'int4']
const isLlama = ({ engine }: CalibratedVariant) => engine.startsWith('llama.cpp')

/**
 * What the worst of a class's variants measured, or why nothing did: those of its precision and finer ones, and for a GGUF artefact those of
 * llama.cpp at the precision of its cache too, which may be coarser than the weights.
 */
function measuredFor({ name, artefact, precision }: AcceptedClass, { variants, precisions }: CalibrationFile): CalibratedBounds | string {
  const own = variants.filter(variant => artefact === 'gguf' && isLlama(variant)).map(variant => variant.precision)
  if (artefact === 'gguf' && own.length === 0)
    return `has no answers of llama.cpp, which the class ${name} runs: calibrate with --gguf, or leave the class out`
  const cached = own.filter(one => finestFirst.indexOf(one) <= finestFirst.indexOf('fp16'))
  const coarsest = [precision, ...cached].reduce((most, one) => (finestFirst.indexOf(one) > finestFirst.indexOf(most) ? one : most))
  return precisions[coarsest] ?? `has no answers in ${coarsest}, the precision of the class ${name}`
}

/** A bound that is narrower than what was measured, in words; null where none is. */
function narrower(held: Partial<CalibratedBounds>, measured: CalibratedBounds): string | null {
  for (const [name, value] of Object.entries(held)) {
    const least = measured[name as keyof CalibratedBounds]
    if (value < least) return `allows no ${name} below ${least}, and ${value} stands here: honest miners would be convicted`
  }
  return null
}
