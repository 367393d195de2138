import { defineOptions } from '../settings/option.ts'

/** The settings of `assay chain`. */
export const chainOptions = defineOptions({
  port: { type: 'integer', min: 0, max: 65_535, default: 9_944, description: 'port for WebSocket and HTTP; 0 picks a free one' },
  host: {
    type: 'string',
    default: '127.0.0.1',
    description: 'address to listen on; the chain has no access control, so keep it on loopback',
  },
  preset: {
    type: 'string',
    choices: ['default', 'fast'],
    default: 'default',
    description: "the chain's figures: Subtensor's own, or fast ones for worlds and tests",
  },
  blockTime: {
    type: 'integer',
    unit: 'ms',
    min: 0,
    description: 'milliseconds between blocks; 0 makes blocks on demand only (the preset decides unless given)',
  },
  finalityLag: { type: 'integer', unit: 'blocks', min: 0, max: 1_000, default: 2, description: 'how many blocks finality lags the head' },
  history: { type: 'integer', unit: 'blocks', min: 0, default: 256, description: 'how many blocks back the state can be read' },
  path: { type: 'string', default: 'assay-chain.sqlite', description: 'the file that keeps the chain' },
  tmp: { type: 'boolean', default: false, description: 'keep the chain in memory; it is gone at the end' },
})
