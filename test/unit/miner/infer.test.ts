import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tensorJson } from '../../../shared/protocol/infer.ts'
import { packTensors, tensorsType, unpackTensors } from '../../../shared/protocol/pack-tensors.ts'
import type { Tensors, TensorValue } from '../../../shared/protocol/tensor-value.ts'
import { type OpenMiner, startOpenMiner } from '../../support/open-miner.ts'
import { codeOf, tinyModelFolder } from '../../support/test-miner.ts'
import { isRunning, workerProcessesOf } from '../../support/worker-processes.ts'

const graph = join(tinyModelFolder, 'model.onnx')
const ids = [1, 332, 317]
const int64 = (values: readonly number[], shape = [1, values.length]) => ({ type: 'int64', shape, data: [...values] })
const emptyCache = { type: 'float32', shape: [1, 2, 0, 32], data: [] }

const layers = [0, 1, 2, 3].flatMap(layer => [`past_key_values.${layer}.key`, `past_key_values.${layer}.value`])

/** The inputs of a decoder without a past. */
function inputsOf(): Record<string, { type: string; shape: number[]; data: number[] }> {
  const fixed = { input_ids: int64(ids), attention_mask: int64([1, 1, 1]), position_ids: int64([0, 1, 2]) }
  return { ...fixed, ...Object.fromEntries(layers.map(name => [name, emptyCache])) }
}

describe('a graph of any kind', () => {
  let miner: OpenMiner
  beforeAll(async () => {
    miner = await startOpenMiner({ flags: { graphs: [`decoder=${graph}`] } })
  })
  afterAll(() => miner.stop())
  const infer = (changes: object, inputs: object = {}) =>
    miner.call('/v1/infer', { model: 'decoder', inputs: { ...inputsOf(), ...inputs }, ...changes })

  it('takes named tensors and gives those that are wanted', async () => {
    const reply = await infer({ outputs: ['logits'] })
    expect(reply.json).toMatchObject({ model: 'decoder', outputs: { logits: { type: 'float32', shape: [1, 3, miner.model.vocabSize] } } })
    expect(Object.keys((reply.json as { outputs: object }).outputs)).toEqual(['logits'])
    const all = (await infer({})).json as { outputs: Record<string, { shape: number[] }> }
    expect(Object.keys(all.outputs).length).toBe(2 + layers.length)
  })

  it('gives the same numbers in the binary form, bit for bit', async () => {
    const inputs: Tensors = Object.fromEntries(
      Object.entries(inputsOf()).map(([name, { type, shape, data }]) => [
        name,
        { type: type === 'int64' ? 'int64' : 'float32', shape, bytes: new Uint8Array(BigInt64Array.from(data, BigInt).buffer) },
      ]),
    )
    const headers = { 'content-type': tensorsType, authorization: `Bearer ${miner.apiKey}` }
    const reply = await miner.send({ method: 'POST', path: '/v1/infer', headers, body: packTensors('decoder', inputs, ['logits']) })
    expect(reply.headers['content-type']).toBe(tensorsType)
    const { logits } = unpackTensors(reply.bytes).inputs
    const json = (await infer({ outputs: ['logits'] })).json as { outputs: { logits: { data: number[] } } }
    expect([...new Float32Array(Uint8Array.from(logits?.bytes ?? []).buffer)]).toEqual(json.outputs.logits.data)
  })

  it.each<[string, object, object, string, RegExp]>([
    ['a graph that is not there', { model: 'other' }, {}, 'MINER_GRAPH', /no graph/],
    ['an output that is not there', { outputs: ['x'] }, {}, 'MINER_TENSOR', /x is no output/],
    ['an input that is not there', {}, { extra: int64([1]) }, 'MINER_TENSOR', /extra is no input/],
    ['another type', {}, { input_ids: { type: 'int32', shape: [1, 3], data: ids } }, 'MINER_TENSOR', /must be int64, not int32/],
    ['another rank', {}, { input_ids: int64(ids, [3]) }, 'MINER_TENSOR', /must have the shape/],
    [
      'a fixed size that is another',
      {},
      { 'past_key_values.0.key': { type: 'float32', shape: [1, 3, 0, 32], data: [] } },
      'MINER_TENSOR',
      /must have the shape/,
    ],
    ['two sizes for one name', {}, { position_ids: int64([0, 1]) }, 'MINER_TENSOR', /elsewhere/],
    ['fewer elements than the shape says', {}, { input_ids: int64([1, 332], [1, 3]) }, 'MINER_TENSOR', /16 bytes; its shape needs 24/],
    ['an element that the type does not hold', {}, { input_ids: int64([1, 2.5, 3]) }, 'PROTO_PARAMETER', /no int64, at 1/],
    [
      'a shape of a billion times nothing',
      {},
      {
        attention_mask: int64([], [1_000_000_000, 0]),
        position_ids: int64([], [1_000_000_000, 0]),
        input_ids: int64([], [1_000_000_000, 0]),
      },
      'MINER_TENSOR',
      /too large/,
    ],
    [
      'more inputs than any graph has',
      {},
      Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`x${at}`, 1])),
      'PROTO_PARAMETER',
      /inputs/,
    ],
    ['a shape of a billion elements without their bytes', {}, { input_ids: int64([], [1, 1_000_000_000]) }, 'MINER_TENSOR', /needs/],
  ])('is not run for %s', async (_, changes, inputs, code, text) => {
    const reply = await infer(changes, inputs)
    expect([codeOf(reply), reply.status < 500]).toEqual([code, true])
    expect(reply.text).toMatch(text)
  })

  it('is not there for callers without a key', async () => {
    const reply = await miner.call('/v1/infer', {}, 'wrong')
    expect([reply.status, codeOf(reply)]).toEqual([401, 'MINER_KEY'])
  })

  it('runs again where its process was taken down, which costs the miner nothing but that call', async () => {
    const before = await infer({ outputs: ['logits'] })
    const workers = workerProcessesOf(process.pid).filter(pid => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('tensor-worker'))
    expect(workers).toHaveLength(1)
    for (const pid of workers) process.kill(pid, 'SIGKILL')
    await expect.poll(() => workers.some(isRunning)).toBe(false)
    // The first call may still meet the end of the process that it was given.
    await infer({ outputs: ['logits'] })
    expect((await infer({ outputs: ['logits'] })).json).toEqual(before.json)
  })

  it('tells what failed inside it as a failure of its own, and runs again', async () => {
    const reply = await infer({}, { input_ids: int64([1, 332, 99_999_999]) })
    expect([reply.status, codeOf(reply)]).toEqual([500, 'ENGINE_RUN'])
    expect((await infer({ outputs: ['logits'] })).status).toBe(200)
  })
})

describe('the JSON form of tensors', () => {
  const zeros = (count: number): TensorValue => ({ type: 'int8', shape: [count], bytes: new Uint8Array(count) })
  it('lists numbers, unless they are so many that writing them would hold up everybody', () => {
    expect(tensorJson(zeros(3)).data).toEqual([0, 0, 0])
    expect(typeof tensorJson(zeros(1_000_001)).data).toBe('string')
  })
})

describe('the binary form of tensors', () => {
  it.each([
    ['nothing', new Uint8Array()],
    ['a head that is cut off', Uint8Array.of(100, 0, 0, 0, 123)],
    ['a head that is no JSON', Uint8Array.of(1, 0, 0, 0, 123)],
    ['a head of gigabytes', Uint8Array.of(255, 255, 255, 255)],
    ['bytes that are missing', packTensors('m', { a: { type: 'int64', shape: [2], bytes: new Uint8Array(8) } })],
    ['bytes that are left over', packTensors('m', { a: { type: 'int8', shape: [2], bytes: new Uint8Array(8) } })],
  ])('is refused where it is %s', (_, body) => {
    expect(() => unpackTensors(body)).toThrow(expect.objectContaining({ code: 'PROTO_SHAPE' }))
  })
})
