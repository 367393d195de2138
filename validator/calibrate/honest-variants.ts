import { readFile } from 'node:fs/promises'
import type { GraphOptimization } from '../../shared/engine/onnx/worker-messages.ts'
import type { LoadedModel } from '../../shared/models/load-model.ts'
import { type FloatFormat, roundCache } from '../../shared/models/onnx/round-cache.ts'
import { type HalfPrecision, roundWeights } from '../../shared/models/onnx/round-weights.ts'

/** A way in which an honest operator may run the model. */
export interface HonestVariant {
  readonly name: string
  readonly precision: 'fp32' | HalfPrecision
  readonly threads: number
  /** Answers that decode together. */
  readonly batch: number
  readonly optimization?: GraphOptimization
  readonly halfWeights?: boolean
  readonly halfCache?: boolean
}

/** What is run for a calibration: threads, batches and levels of graph optimisation at full precision, and weights and cache of half of it. Every answer is decoded step by step and scored by one prefill, so the difference of these two is in all of them. */
export const honestVariants: readonly HonestVariant[] = [
  { name: 'fp32, 1 thread, alone', precision: 'fp32', threads: 1, batch: 1 },
  { name: 'fp32, 2 threads, 8 together', precision: 'fp32', threads: 2, batch: 8 },
  { name: 'fp32, graph as it is', precision: 'fp32', threads: 1, batch: 8, optimization: 'disabled' },
  { name: 'fp32, basic optimisation', precision: 'fp32', threads: 1, batch: 8, optimization: 'basic' },
  { name: 'fp16 weights', precision: 'fp16', threads: 1, batch: 8, halfWeights: true },
  { name: 'fp16 weights and cache', precision: 'fp16', threads: 1, batch: 8, halfWeights: true, halfCache: true },
  { name: 'bf16 weights', precision: 'bf16', threads: 1, batch: 8, halfWeights: true },
  { name: 'bf16 weights and cache', precision: 'bf16', threads: 1, batch: 8, halfWeights: true, halfCache: true },
]

const cacheFormats: Readonly<Record<HalfPrecision, FloatFormat>> = {
  fp16: { mantissaBits: 10, leastExponent: -14, largest: 65_504 },
  bf16: { mantissaBits: 7, leastExponent: -126, largest: 3.3895313892515355e38 },
}

/** The model's graph as a variant runs it; undefined where it is the artefact's own. */
export async function graphOf({ precision, halfWeights, halfCache }: HonestVariant, model: LoadedModel): Promise<Uint8Array | undefined> {
  if (precision === 'fp32') return undefined
  const graph: Uint8Array = await readFile(model.graphPath)
  const weighted = halfWeights ? roundWeights(graph, precision) : graph
  return halfCache ? roundCache(weighted, cacheFormats[precision]) : weighted
}
