import type { KeyPair } from '../../shared/identity/key-pair.ts'
import { type Benchmark, benchmarkBytes, type SignedBenchmark } from '../../shared/protocol/benchmark.ts'
import { type Offer, type OfferedModel, type OfferPage, offerBytes, type SignedOffer } from '../../shared/protocol/offer.ts'
import { sha256Hex } from '../../shared/util/sha256-hex.ts'
import { toyTerms } from './subnet-terms.ts'
import { devKey } from './toy-exchange.ts'

/** When toy benchmarks are made. */
export const toyBenchmarkMs = 1_700_000_000_000

/** A signed offer of the toy model as its strictest class; parts may be replaced. Needs waitForCrypto() first. */
export function toyOffer(parts: Partial<Offer> = {}, model: Partial<OfferedModel> = {}, signer: KeyPair = devKey('Miner')): SignedOffer {
  const offer: Offer = {
    ...{ version: 'assay/offer/1', netuid: 2, miner: signer.hotkey, epoch: 4, priceRao: 0, region: '', tier: 'standard' },
    models: [
      {
        ...{
          model: 'toy',
          manifestDigest: toyTerms.manifestDigest,
          artefact: 'onnx',
          precision: 'fp32',
          capacity: null,
          benchmarkDigest: null,
        },
        ...model,
      },
    ],
    ...parts,
  }
  return { offer, signature: `0x${Buffer.from(signer.sign(offerBytes(offer))).toString('hex')}` }
}

/** A signed benchmark of the toy model on a machine that does so many output tokens per second. Needs waitForCrypto() first. */
export function toyBenchmark(capacity: number, signer: KeyPair = devKey('Miner')): SignedBenchmark {
  const benchmark: Benchmark = {
    ...{ version: 'assay/benchmark/1', program: 'toy', hotkey: signer.hotkey, challenge: null },
    ...{ startedMs: toyBenchmarkMs - 10_000, finishedMs: toyBenchmarkMs },
    machine: { processor: 'toy', cores: 1, memoryBytes: 1, platform: 'toy', architecture: 'toy', node: 'v20' },
    engine: { name: 'onnx', threads: 1 },
    models: [
      {
        ...{ model: 'toy', manifestDigest: toyTerms.manifestDigest, weightBytes: 1, provider: 'cpu', openMs: 1, capacity },
        rates: [{ batch: 1, prefill: 1_000, promptTokens: 10, decode: capacity }],
        ...{ kvBytes: 0, kvLimitBytes: 0, residentBytes: null },
      },
    ],
  }
  return { benchmark, signature: `0x${Buffer.from(signer.sign(benchmarkBytes(benchmark))).toString('hex')}` }
}

/** What a miner shows whose offer states the capacity of its benchmark. Needs waitForCrypto() first. */
export function toyOfferPage(capacity: number, parts: Partial<Offer> = {}, signer: KeyPair = devKey('Miner')): OfferPage {
  const benchmark = toyBenchmark(capacity, signer)
  const benchmarkDigest = sha256Hex(benchmarkBytes(benchmark.benchmark))
  return { offers: [toyOffer(parts, { capacity, benchmarkDigest }, signer)], benchmark }
}
