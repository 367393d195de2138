import type { Tensors } from '../../../shared/protocol/tensor-value.ts'
import type { Finding } from '../verdict.ts'
import { fail, pass } from './finding.ts'
import { cosineDistance, tensorDistance } from './tensor-distance.ts'

/** How far an honest output may be from the reference's, from calibration; zeros ask for equal numbers, as of class numbers. */
export interface TensorBound {
  /** On ||found - reference|| / ||reference||. */
  readonly relative: number
  /** On the largest difference of one element; none unless told. */
  readonly absolute?: number
}

/** Every named output of a graph is there, of the reference's type and shape, and within its bound; an output without a bound must be equal. */
export function checkTensors(found: Tensors, reference: Tensors, bounds: Readonly<Record<string, TensorBound>>): Finding {
  const strangers = Object.keys(found).filter(name => !Object.hasOwn(reference, name))
  if (strangers.length > 0) return fail('VERIFY_TENSOR', { output: strangers[0] ?? '', problem: 'the graph has no such output' })
  for (const [name, expected] of Object.entries(reference)) {
    const given = Object.hasOwn(found, name) ? found[name] : undefined
    if (given === undefined) return fail('VERIFY_TENSOR', { output: name, problem: 'it is missing' })
    const distance = tensorDistance(given, expected)
    if (distance === null) return fail('VERIFY_TENSOR', { output: name, problem: 'it has another type or shape' })
    const { relative, absolute = Number.POSITIVE_INFINITY } = (Object.hasOwn(bounds, name) ? bounds[name] : undefined) ?? { relative: 0 }
    if (distance.relative > relative) return tooFar(name, 'relative distance', distance.relative, relative)
    if (distance.largest > absolute) return tooFar(name, 'largest difference', distance.largest, absolute)
  }
  return pass
}

/** A text's vector points where the reference's does: 1 - cosine is at most `bound`, from calibration. */
export function checkEmbedding(found: ArrayLike<number>, reference: ArrayLike<number>, bound: number): Finding {
  const distance = cosineDistance(found, reference)
  if (distance === null) return fail('VERIFY_TENSOR', { output: 'embedding', problem: 'it is no vector of that length' })
  return distance > bound ? tooFar('embedding', 'cosine distance', distance, bound) : pass
}

function tooFar(output: string, what: string, value: number, bound: number): Finding {
  // Evidence is JSON, which has no infinities.
  return fail('VERIFY_TENSOR', { output, problem: `its ${what} is above ${bound}`, value: Math.min(value, Number.MAX_VALUE), bound })
}
