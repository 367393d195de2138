import { AssayError } from '../../shared/errors/assay-error.ts'
import type { GraphFormat } from '../../shared/models/find-graph.ts'
import { Artefact, type OfferedModel, Precision } from '../../shared/protocol/offer.ts'

/** What says which class a model is served in. */
export interface ClassSources {
  /** As `--engine` names it. */
  readonly engine: string
  /** As `--class` says it, ARTEFACT/PRECISION; undefined leaves it to engine and manifest. */
  readonly given: string | undefined
  readonly graphFormat: GraphFormat
  readonly precision: OfferedModel['precision']
}

const artefacts: readonly string[] = Artefact.anyOf.map(one => one.const)
const precisions: readonly string[] = Precision.anyOf.map(one => one.const)

/** The class that a model is offered in: what the operator says, or what engine and manifest do. Throws MINER_CLASS where the operator's word is no class. */
export function classOf({ engine, given, graphFormat, precision }: ClassSources): Pick<OfferedModel, 'artefact' | 'precision'> {
  if (given !== undefined) return parseClass(given)
  if (engine === 'upstream') return { artefact: 'upstream', precision }
  return { artefact: engine === 'llama-cpp' || graphFormat === 'gguf' ? 'gguf' : 'onnx', precision }
}

/** Throws MINER_CLASS. */
export function parseClass(text: string): Pick<OfferedModel, 'artefact' | 'precision'> {
  const [artefact = '', precision = '', ...rest] = text.split('/')
  if (rest.length > 0 || !isArtefact(artefact) || !isPrecision(precision))
    throw new AssayError('MINER_CLASS', { text, artefacts: artefacts.join(', '), precisions: precisions.join(', ') })
  return { artefact, precision }
}

function isArtefact(text: string): text is OfferedModel['artefact'] {
  return artefacts.includes(text)
}

function isPrecision(text: string): text is OfferedModel['precision'] {
  return precisions.includes(text)
}
