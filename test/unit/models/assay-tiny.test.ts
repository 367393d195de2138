import { readFile, stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { beforeAll, describe, expect, it } from 'vitest'
import { type LoadedModel, loadModel } from '../../../shared/models/load-model.ts'

const folderOf = (name: string) => fileURLToPath(new URL(`../../../config/models/${name}`, import.meta.url))
const integers = (values: readonly number[], dims: number[]) => new Tensor('int64', BigInt64Array.from(values, BigInt), dims)

interface Row {
  /** Ids to read now. */
  readonly ids: readonly number[]
  /** Padding in front of them. */
  readonly padding: number
}

type Past = InferenceSession.ReturnType | undefined

/** Reads the rows' next ids, all of one padded length, after what `past` holds. */
function read(session: InferenceSession, model: LoadedModel, rows: readonly Row[], past?: Past, done = 0) {
  const { layers, kvHeads, headDim } = model.manifest.shapes
  const batch = rows.length
  const length = (rows[0]?.ids.length ?? 0) + (past === undefined ? (rows[0]?.padding ?? 0) : 0)
  const total = done + length
  const ids = rows.flatMap(row => [...Array<number>(length - row.ids.length).fill(0), ...row.ids])
  const mask = rows.flatMap(row => Array.from({ length: total }, (_, at) => (at < row.padding ? 0 : 1)))
  const positions = rows.flatMap(row => Array.from({ length }, (_, at) => Math.max(0, done + at - row.padding)))
  const feeds: Record<string, Tensor> = {
    input_ids: integers(ids, [batch, length]),
    attention_mask: integers(mask, [batch, total]),
    position_ids: integers(positions, [batch, length]),
  }
  for (let layer = 0; layer < layers; layer++)
    for (const part of ['key', 'value'])
      feeds[`past_key_values.${layer}.${part}`] =
        past?.[`present.${layer}.${part}`] ?? new Tensor('float32', new Float32Array(0), [batch, kvHeads, 0, headDim])
  return session.run(feeds)
}

/** Logits of the last position of a row. */
function lastLogits(outputs: InferenceSession.ReturnType, row: number): Float32Array {
  const { logits } = outputs
  if (logits === undefined || !(logits.data instanceof Float32Array)) throw new Error('no logits')
  const [, length = 0, vocab = 0] = logits.dims
  return logits.data.slice(((row + 1) * length - 1) * vocab, (row + 1) * length * vocab)
}

const highest = (logits: Float32Array) => logits.reduce((best, value, id) => (value > (logits[best] ?? 0) ? id : best), 0)

describe.each([
  { name: 'assay-tiny', parameters: [900_000, 1_100_000] },
  { name: 'assay-tiny-small', parameters: [450_000, 600_000] },
])('$name', ({ name, parameters }) => {
  let model: LoadedModel
  let session: InferenceSession

  beforeAll(async () => {
    model = await loadModel(folderOf(name))
    session = await InferenceSession.create(`${folderOf(name)}/model.onnx`, {
      intraOpNumThreads: 1,
      extra: { session: { use_deterministic_compute: '1' } },
    })
  })

  it('has the inputs and outputs of a Hugging Face export, and the final hidden state', () => {
    const layers = Array.from({ length: model.manifest.shapes.layers }, (_, layer) => layer)
    const cache = (prefix: string) => layers.flatMap(layer => [`${prefix}.${layer}.key`, `${prefix}.${layer}.value`])
    expect(session.inputNames).toEqual(['input_ids', 'attention_mask', 'position_ids', ...cache('past_key_values')])
    expect(session.outputNames).toEqual(['logits', ...cache('present'), 'hidden_states'])
    expect(layers.length % 2).toBe(0)
  })

  it('renders and tokenizes every known chat to the known prompt ids', () => {
    expect(model.manifest.knownAnswers).toHaveLength(6)
    for (const known of model.manifest.knownAnswers) expect(model.promptIdsOf({ messages: known.messages })).toEqual(known.promptTokenIds)
  })

  it('decodes every known answer greedily with its cache, the best five logits within the tolerance', async () => {
    for (const known of model.manifest.knownAnswers) {
      let outputs = await read(session, model, [{ ids: known.promptTokenIds, padding: 0 }])
      let done = known.promptTokenIds.length
      for (const [at, token] of known.tokenIds.entries()) {
        const logits = lastLogits(outputs, 0)
        expect(highest(logits)).toBe(token)
        for (const [id, value] of known.topLogits[at] ?? [])
          expect(Math.abs((logits[id] ?? 0) - value)).toBeLessThan(model.manifest.tolerance)
        outputs = await read(session, model, [{ ids: [token], padding: 0 }], outputs, done++)
      }
    }
  })

  it('gives a padded row of a batch of two the logits that it has alone, in prefill and from the cache', async () => {
    const [long, short] = [...model.manifest.knownAnswers].sort((a, b) => b.promptTokenIds.length - a.promptTokenIds.length)
    if (long === undefined || short === undefined) throw new Error('two known answers are needed')
    const width = long.promptTokenIds.length
    const padding = width - short.promptTokenIds.length
    const pair = [
      { ids: long.promptTokenIds, padding: 0 },
      { ids: short.promptTokenIds, padding },
    ]
    const next = short.tokenIds[0] ?? 0
    const alone = await read(session, model, [{ ids: short.promptTokenIds, padding: 0 }])
    const aloneNext = await read(session, model, [{ ids: [next], padding: 0 }], alone, width - padding)
    const together = await read(session, model, pair)
    const togetherNext = await read(
      session,
      model,
      [
        { ids: [long.tokenIds[0] ?? 0], padding: 0 },
        { ids: [next], padding },
      ],
      together,
      width,
    )
    for (const [one, two] of [
      [lastLogits(alone, 0), lastLogits(together, 1)],
      [lastLogits(aloneNext, 0), lastLogits(togetherNext, 1)],
    ] as const)
      for (const [id, value] of one.entries()) expect(Math.abs(value - (two[id] ?? 0))).toBeLessThan(model.manifest.tolerance)
  })

  it('ends its answers: a known one stops with the end-of-sequence token', () => {
    expect(model.manifest.knownAnswers.some(known => model.eosIds.has(known.tokenIds.at(-1) ?? -1))).toBe(true)
  })

  it('reaches the aims of the recipe on synthetic prompts at temperature 1', () => {
    const { parameters: size, meanEntropyNats, shareAbove99, trainedTokens } = model.manifest.figures
    expect(size).toBeGreaterThan(parameters[0] ?? 0)
    expect(size).toBeLessThan(parameters[1] ?? 0)
    expect(meanEntropyNats).toBeGreaterThanOrEqual(0.5)
    expect(meanEntropyNats).toBeLessThanOrEqual(1.2)
    expect(shareAbove99).toBeLessThanOrEqual(0.5)
    expect(trainedTokens).toBeLessThanOrEqual(8_000_000)
  })
})

it('keeps both models together under 12 MB', async () => {
  let bytes = 0
  for (const name of ['assay-tiny', 'assay-tiny-small']) {
    const { manifest } = await loadModel(folderOf(name))
    bytes += manifest.files.reduce((sum, file) => sum + file.sizeBytes, 0) + (await stat(`${folderOf(name)}/manifest.json`)).size
  }
  expect(bytes).toBeLessThan(12_000_000)
})

it('gives both models the same tokenizer and chat template', async () => {
  for (const file of ['tokenizer.json', 'tokenizer_config.json'])
    expect(await readFile(`${folderOf('assay-tiny-small')}/${file}`, 'utf8')).toBe(
      await readFile(`${folderOf('assay-tiny')}/${file}`, 'utf8'),
    )
})
