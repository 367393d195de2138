import { describe, expect, it } from 'vitest'
import { classOf, parseClass } from '../../../../miner/offer/class-of.ts'

const onnx = { engine: 'onnx', given: undefined, graphFormat: 'onnx', precision: 'fp32' } as const

describe('the class that a miner offers', () => {
  it('follows from engine, graph and manifest', () => {
    expect(classOf(onnx)).toEqual({ artefact: 'onnx', precision: 'fp32' })
    expect(classOf({ ...onnx, graphFormat: 'gguf', precision: 'int8' })).toEqual({ artefact: 'gguf', precision: 'int8' })
    expect(classOf({ ...onnx, engine: 'llama-cpp' })).toEqual({ artefact: 'gguf', precision: 'fp32' })
    expect(classOf({ ...onnx, engine: 'upstream' })).toEqual({ artefact: 'upstream', precision: 'fp32' })
    expect(classOf({ ...onnx, engine: './my-engine.ts' })).toEqual({ artefact: 'onnx', precision: 'fp32' })
  })

  it("is the operator's where it says one", () => {
    expect(classOf({ ...onnx, given: 'upstream/bf16' })).toEqual({ artefact: 'upstream', precision: 'bf16' })
  })

  it('is refused where it is none', () => {
    for (const text of ['', 'onnx', 'onnx/fp64', 'tensorrt/fp16', 'onnx/fp16/x', 'fp16/onnx'])
      expect(() => parseClass(text)).toThrow('ARTEFACT/PRECISION')
  })
})
