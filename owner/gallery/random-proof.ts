import { randomBytes } from 'node:crypto'
import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../shared/engine/engine-port.ts'
import { toHiddenRows } from '../../shared/proof/fingerprint/hidden-rows.ts'
import { proveWith } from './parts/prove-with.ts'

/** Runs weights of four bits and commits to hidden rows that are random numbers between -1 and 1. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  return await proveWith(context, ({ hidden, patterns }) =>
    toHiddenRows(
      Float32Array.from(randomBytes(patterns.length), byte => byte / 127.5 - 1),
      hidden,
    ),
  )
}
