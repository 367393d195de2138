import { type Static, Type } from 'typebox'
import { canonicalJson } from './canonical-json.ts'
import { Address, Hex32, Signature, UnixMs } from './fields.ts'
import { parserOf } from './parser-of.ts'

const Count = Type.Integer({ minimum: 0 })
const Rate = Type.Number({ minimum: 0 })
/** Without control characters: it is printed on terminals. */
const Name = Type.String({ maxLength: 200, pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$' })
const strict = { additionalProperties: false }

/** Tokens per second alone and in company. */
export const BenchmarkRates = Type.Object(
  {
    /** Requests at the same time. */
    batch: Type.Integer({ minimum: 1, maximum: 1_024 }),
    /** Prompt tokens per second, with prompts of `promptTokens` and one output token each. */
    prefill: Rate,
    promptTokens: Count,
    /** Output tokens per second, with short prompts. */
    decode: Rate,
  },
  strict,
)
export type BenchmarkRates = Static<typeof BenchmarkRates>

/** What one model did on a machine. */
export const ModelBenchmark = Type.Object(
  {
    model: Name,
    manifestDigest: Hex32,
    weightBytes: Count,
    provider: Name,
    /** From the engine's opening to its first token. */
    openMs: Rate,
    rates: Type.Array(BenchmarkRates, { minItems: 1, maxItems: 16 }),
    /** The highest decode rate of all: output tokens per second. */
    capacity: Rate,
    /** Memory for keys and values: the most that was in use, and how much there may be; 0 where the engine does not tell. */
    kvBytes: Count,
    kvLimitBytes: Count,
    /** The most memory that the program and its children held; null where the system does not tell. */
    residentBytes: Type.Union([Type.Null(), Count]),
  },
  strict,
)
export type ModelBenchmark = Static<typeof ModelBenchmark>

/** What a miner measured on its machine, in its own words: who needs to know it for sure has the miner serve. */
export const Benchmark = Type.Object(
  {
    version: Type.Literal('assay/benchmark/1'),
    program: Name,
    hotkey: Address,
    /** What the one who wants this benchmark gave for it, so that it is no old one. */
    challenge: Type.Union([Type.Null(), Hex32]),
    startedMs: UnixMs,
    finishedMs: UnixMs,
    machine: Type.Object(
      { processor: Name, cores: Type.Integer({ minimum: 1 }), memoryBytes: Count, platform: Name, architecture: Name, node: Name },
      strict,
    ),
    engine: Type.Object({ name: Name, threads: Type.Integer({ minimum: 1 }) }, strict),
    models: Type.Array(ModelBenchmark, { minItems: 1, maxItems: 100 }),
  },
  strict,
)
export type Benchmark = Static<typeof Benchmark>

/** A benchmark with the hotkey's signature over its bytes. */
export const SignedBenchmark = Type.Object({ benchmark: Benchmark, signature: Signature }, strict)
export type SignedBenchmark = Static<typeof SignedBenchmark>

/** Reads a benchmark that somebody sent. Throws PROTO_SHAPE. */
export const parseSignedBenchmark = parserOf(SignedBenchmark, 'PROTO_SHAPE', 'benchmark')

/** The bytes that the hotkey signs: the canonical JSON behind a word that keeps it from being taken for anything else. */
export function benchmarkBytes(benchmark: Benchmark): Uint8Array {
  return new TextEncoder().encode(`assay/benchmark/1\n${canonicalJson(benchmark)}`)
}
