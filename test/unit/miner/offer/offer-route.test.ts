import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { signBenchmark } from '../../../../miner/bench/sign-benchmark.ts'
import { waitForCrypto } from '../../../../shared/identity/crypto-ready.ts'
import { findOfferProblem } from '../../../../shared/identity/find-offer-problem.ts'
import { loadModel } from '../../../../shared/models/load-model.ts'
import { parseChatAnswer } from '../../../../shared/protocol/answer.ts'
import type { AssayAsk } from '../../../../shared/protocol/ask.ts'
import { benchmarkBytes, type SignedBenchmark } from '../../../../shared/protocol/benchmark.ts'
import { offerDigest, parseOfferPage } from '../../../../shared/protocol/offer.ts'
import { sha256Hex } from '../../../../shared/util/sha256-hex.ts'
import { chatAsk, signedRequest } from '../../../support/signed-ask.ts'
import { codeOf, openCast, startTestMiner, type TestMiner, type TestMinerOptions, tinyModelFolder } from '../../../support/test-miner.ts'
import { toyEngine } from '../../../support/toy-engine.ts'
import { toyBenchmark } from '../../../support/toy-offer.ts'

beforeAll(waitForCrypto)

const closers: Array<() => Promise<unknown>> = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function start(options: TestMinerOptions = {}): Promise<TestMiner> {
  const miner = await startTestMiner(options)
  closers.push(() => miner.stop())
  return miner
}

const pageOf = async (miner: TestMiner) => parseOfferPage((await miner.get('/v1/assay/offer')).json)
const receiptFor = async (miner: TestMiner, parts: Partial<AssayAsk> = {}) => {
  const ask = chatAsk(miner.model.manifestDigest, {}, parts)
  const reply = await miner.send(signedRequest(miner.cast.validator, miner.cast.miner.hotkey, ask))
  return reply.status === 200 ? parseChatAnswer(reply.json).assay.receipt : codeOf(reply)
}

/** A file with a benchmark of the miner's own model. */
async function writeBenchmark(change: (benchmark: SignedBenchmark['benchmark']) => SignedBenchmark['benchmark'] = one => one) {
  const folder = await mkdtemp(join(tmpdir(), 'assay-benchmark-'))
  closers.push(() => rm(folder, { recursive: true, force: true }))
  const { miner } = await openCast()
  const nowMs = Date.now()
  const { benchmark } = toyBenchmark(120, miner)
  const file = join(folder, 'benchmark.json')
  const signed = signBenchmark(change({ ...benchmark, startedMs: nowMs - 2_000, finishedMs: nowMs - 1_000 }), miner)
  await writeFile(file, JSON.stringify(signed))
  return { file, signed }
}

describe("a miner's offer over a socket", () => {
  it('shows everybody what it serves, signed, in the words of its settings', async () => {
    const miner = await start({ flags: { class: 'onnx/fp16', price: 7, region: 'eu-central', tier: 'batch' } })
    const page = await pageOf(miner)
    const { model, cast } = miner
    expect(page.offers).toHaveLength(1)
    expect(page.offers[0]?.offer).toMatchObject({
      ...{ netuid: 2, miner: cast.miner.hotkey, epoch: 0, priceRao: 7, region: 'eu-central', tier: 'batch' },
      models: [{ model: 'assay-tiny', manifestDigest: model.manifestDigest, artefact: 'onnx', precision: 'fp16', capacity: null }],
    })
    expect(findOfferProblem(page, { netuid: 2, hotkey: cast.miner.hotkey, nowMs: Date.now() })).toBeNull()
  })

  it('states the capacity of its benchmark, which stands beside it', async () => {
    const { manifestDigest } = await loadModel(tinyModelFolder)
    const { file, signed } = await writeBenchmark(benchmark => ({
      ...benchmark,
      models: benchmark.models.map(one => ({ ...one, model: 'assay-tiny', manifestDigest })),
    }))
    const page = await pageOf(await start({ flags: { benchmarkFile: file } }))
    expect(page.benchmark).toEqual(signed)
    expect(page.offers[0]?.offer.models[0]).toMatchObject({ capacity: 120, benchmarkDigest: sha256Hex(benchmarkBytes(signed.benchmark)) })
  })

  it("does not start with another hotkey's benchmark, or with words that no validator could read", async () => {
    const { file } = await writeBenchmark(benchmark => ({ ...benchmark, hotkey: '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty' }))
    await expect(startTestMiner({ flags: { benchmarkFile: file } })).rejects.toMatchObject({ code: 'MINER_BENCHMARK' })
    await expect(startTestMiner({ flags: { class: 'onnx' } })).rejects.toMatchObject({ code: 'MINER_CLASS' })
    await expect(startTestMiner({ flags: { region: 'EU west' } })).rejects.toMatchObject({ code: 'SETTINGS_INVALID' })
  })

  it('is named in every receipt of the epoch, and the one before where the caller asks under it', async () => {
    const miner = await start({ flags: { refreshSeconds: 0.05 } })
    const [first] = (await pageOf(miner)).offers
    const firstDigest = first === undefined ? '' : offerDigest(first.offer)
    expect(await receiptFor(miner)).toMatchObject({ offerDigest: firstDigest })
    miner.chain.epoch = 1
    let page = await pageOf(miner)
    while (page.offers.length < 2) page = await pageOf(miner)
    const digests = page.offers.map(({ offer }) => offerDigest(offer))
    expect(digests[1]).toBe(firstDigest)
    expect(await receiptFor(miner)).toMatchObject({ offerDigest: digests[0] })
    expect(await receiptFor(miner, { offerDigest: firstDigest })).toMatchObject({ offerDigest: firstDigest })
    expect(await receiptFor(miner, { offerDigest: 'f'.repeat(64) })).toBe('MINER_OFFER')
  })

  it('may be changed by a plug-in before it is signed', async () => {
    const engine = toyEngine((await loadModel(tinyModelFolder)).manifestDigest)
    const miner = await start({
      modules: { openEngine: async () => ({ engine, onOffer: offer => ({ ...offer, tier: 'changed' }) }) },
    })
    const page = await pageOf(miner)
    expect(page.offers[0]?.offer.tier).toBe('changed')
    expect(findOfferProblem(page, { netuid: 2, hotkey: miner.cast.miner.hotkey, nowMs: Date.now() })).toBeNull()
  })
})
