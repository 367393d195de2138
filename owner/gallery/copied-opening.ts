import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../shared/engine/engine-port.ts'
import type { OpeningStatement } from '../../shared/protocol/opening.ts'
import { openEngine } from './parts/open-engine.ts'

let copied: OpeningStatement | undefined

/** Runs weights of four bits and shows the rows of the first answer that was ever opened, as one would show what another miner opened. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  return await openEngine(context, 'int4')
}

/** The first opening is its own; every later one is a copy under its own names. */
export function onOpening(statement: OpeningStatement): OpeningStatement {
  copied ??= statement
  return { ...statement, projections: copied.projections, rows: copied.rows }
}
