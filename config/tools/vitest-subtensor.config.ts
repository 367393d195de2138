import { mergeConfig } from 'vitest/config'
import config from './vitest.config.ts'

/** `npm run test:subtensor`: the real runtime, or any node, where the environment names one (test/live/README.md). */
const live = mergeConfig(config, { test: { testTimeout: 600_000, hookTimeout: 600_000, reporters: ['verbose'], fileParallelism: false } })
// Merging would join the lists: these tests are what the other configuration leaves out.
live.test = { ...live.test, include: ['test/live/**/*.test.ts'], exclude: ['**/node_modules/**'] }
export default live
