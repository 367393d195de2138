import { mergeConfig } from 'vitest/config'
import config from './vitest.config.ts'

/** `npm run faults`: every fault at its full size. */
export default mergeConfig(config, { test: { include: ['test/faults/**/*.test.ts'], env: { ASSAY_FAULTS: 'full' }, testTimeout: 600_000 } })
