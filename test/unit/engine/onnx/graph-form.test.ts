import { describe, expect, it } from 'vitest'
import { readGraphForm } from '../../../../shared/engine/onnx/graph-form.ts'
import { nodesOf, readGraph, withInputs, writeGraph } from '../../../../shared/models/onnx/graph.ts'
import { buildRandomDecoder, type DecoderShape } from '../../../support/random-decoder.ts'

const shape: DecoderShape = { layers: 2, hidden: 64, heads: 4, kvHeads: 2, ff: 64, vocab: 320, context: 64, seed: 1 }
const standard = buildRandomDecoder(shape)

/** The graph with every node changed that `change` gives other inputs for. */
const rewired = (change: (opType: string, inputs: readonly string[]) => readonly string[]) => {
  const graph = readGraph(standard)
  const entries = graph.entries.map(entry => (entry.kind === 'node' ? withInputs(entry, change(entry.opType, entry.inputs)) : entry))
  return writeGraph({ ...graph, entries })
}

describe('the form of a decoder graph', () => {
  it('is slots where new rows are put behind the past, and the graph is changed to give them alone', () => {
    const { form, fresh, changed } = readGraphForm(standard)
    expect(form).toBe('slots')
    expect([...fresh.keys()].sort()).toEqual([0, 1].flatMap(layer => [`past_key_values.${layer}.key`, `past_key_values.${layer}.value`]))
    const outputs = readGraph(changed ?? standard).entries.flatMap(entry => (entry.kind === 'output' ? [entry.name] : []))
    expect(outputs).toEqual(expect.arrayContaining(['logits', 'hidden_states', ...fresh.values()]))
    expect(outputs.some(name => name.startsWith('present'))).toBe(false)
    expect(nodesOf(readGraph(changed ?? standard)).length).toBe(nodesOf(readGraph(standard)).length)
  })

  it('is slots too where the length of the past is read elsewhere', () => {
    const reads = rewired((opType, inputs) => (opType === 'Shape' && inputs[0] === 'attention_mask' ? ['past_key_values.0.key'] : inputs))
    expect(readGraphForm(reads).form).toBe('slots')
  })

  it('is shared where GroupQueryAttention has the past', () => {
    expect(readGraphForm(buildRandomDecoder(shape, { attention: 'group-query' })).form).toBe('shared')
  })

  it.each([
    [
      'puts new rows in front of the past',
      (opType: string, inputs: readonly string[]) => (opType === 'Concat' ? [...inputs].reverse() : inputs),
    ],
    ['uses the past elsewhere', (opType: string, inputs: readonly string[]) => (opType === 'Sigmoid' ? ['past_key_values.0.key'] : inputs)],
  ])('is grown where the graph %s', (_, change) => {
    expect(readGraphForm(rewired(change)).form).toBe('grown')
  })

  it('is grown where positions are not stated but counted', () => {
    const graph = readGraph(standard)
    const entries = graph.entries.filter(entry => entry.kind !== 'input' || entry.name !== 'position_ids')
    expect(readGraphForm(writeGraph({ ...graph, entries })).form).toBe('grown')
  })

  it.each([
    ['its own output', {}, 'hidden_states'],
    ['the input of the head', { attention: 'group-query' }, 'hidden_states'],
    ['the input of the head in half precision, with the logits cast', { weights: 'fp16', wideLogits: true }, 'hidden_states'],
  ] as const)('finds the last hidden rows at %s', (_, options, name) => {
    const { hidden, changed } = readGraphForm(buildRandomDecoder(shape, options))
    expect(hidden).toBe(name)
    const outputs = readGraph(changed ?? standard).entries.flatMap(entry => (entry.kind === 'output' ? [entry.name] : []))
    expect(outputs.filter(output => output === name)).toHaveLength(1)
  })

  it('finds none where no product makes the logits', () => {
    const graph = readGraph(standard)
    const entries = graph.entries.filter(
      entry => !(entry.kind === 'output' && entry.name === 'hidden_states') && !(entry.kind === 'node' && entry.outputs.includes('logits')),
    )
    expect(readGraphForm(writeGraph({ ...graph, entries })).hidden).toBeUndefined()
  })
})
