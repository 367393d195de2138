import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os'
import type { Benchmark } from '../../shared/protocol/benchmark.ts'

/** This machine, as the system tells it. */
export function describeMachine(): Benchmark['machine'] {
  return {
    processor: (cpus()[0]?.model ?? 'unknown').trim().slice(0, 200),
    cores: Math.max(1, availableParallelism()),
    memoryBytes: totalmem(),
    platform: `${platform()} ${release()}`.slice(0, 200),
    architecture: arch(),
    node: process.version,
  }
}
