import { type Tensors, tensorBytes } from '../protocol/tensor-value.ts'
import type { TensorSpec } from './tensor-port.ts'

export interface TensorProblem {
  readonly tensor: string
  readonly problem: string
}

/** A tensor of no bytes may still have sizes: beyond what any tensor with bytes can have they would only make the graph take memory. */
const maxFullBytes = 16_777_216

/** What is wrong with inputs by a graph's signature: a name, a type, a shape, or bytes that are not those of the shape; null where they fit. */
export function findTensorProblem(inputs: Tensors, specs: readonly TensorSpec[]): TensorProblem | null {
  const stranger = Object.keys(inputs).find(name => !specs.some(spec => spec.name === name))
  if (stranger !== undefined) return { tensor: stranger, problem: `is no input; there are ${specs.map(({ name }) => name).join(', ')}` }
  const named = new Map<string, number>()
  for (const { name: tensor, type, shape } of specs) {
    const value = Object.hasOwn(inputs, tensor) ? inputs[tensor] : undefined
    if (value === undefined) return { tensor, problem: 'is missing' }
    if (value.type !== type) return { tensor, problem: `must be ${type}, not ${value.type}` }
    const wanted = `must have the shape [${shape.join(', ')}], not [${value.shape.join(', ')}]`
    if (value.shape.length !== shape.length) return { tensor, problem: wanted }
    for (const [place, size] of value.shape.entries()) {
      const dimension = shape[place]
      if (typeof dimension === 'number' && dimension >= 0 && dimension !== size) return { tensor, problem: wanted }
      if (typeof dimension !== 'string') continue
      const known = named.get(dimension) ?? size
      if (known !== size) return { tensor, problem: `${wanted}: ${dimension} is ${known} elsewhere` }
      named.set(dimension, size)
    }
    const expected = tensorBytes(type, value.shape)
    if (value.bytes.length !== expected) return { tensor, problem: `has ${value.bytes.length} bytes; its shape needs ${expected}` }
    const full = tensorBytes(
      type,
      value.shape.map(size => Math.max(1, size)),
    )
    if (expected === 0 && full > maxFullBytes)
      return { tensor, problem: `must not have the shape [${value.shape.join(', ')}], which is too large` }
  }
  return null
}
