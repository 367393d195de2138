import { defineConfig } from 'vitest/config'
import config from './vitest.config.ts'

/** `npm run faults`: every fault at its full size, and nothing else. */
export default defineConfig({
  ...config,
  test: {
    ...config.test,
    include: ['test/faults/**/*.test.ts', 'test/unit/validator/rounds/weight-setter-faults.test.ts'],
    env: { ASSAY_FAULTS: 'full' },
    testTimeout: 600_000,
  },
})
