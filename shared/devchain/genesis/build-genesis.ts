import { type BuiltBlock, buildGenesisBlock } from '../chain/build-block.ts'
import { openContext } from '../chain/chain-context.ts'
import type { Runtime } from '../runtime.ts'
import type { GenesisOptions } from './genesis-options.ts'

/** Block 0: every pallet writes its first state in the order of the indices, then whoever starts the chain adds theirs. */
export function buildGenesis(runtime: Runtime, options: GenesisOptions): BuiltBlock {
  const ctx = openContext(runtime, { get: () => undefined, keys: () => [] })
  for (const pallet of runtime.pallets) pallet.hooks.genesis?.(ctx, options)
  options.setup?.(ctx)
  return buildGenesisBlock(ctx)
}
