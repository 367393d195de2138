import { defineConfig } from 'vitest/config'
import config from './vitest.config.ts'

/** `npm run fuzz`: the parsers of what strangers send, each property with 20,000 cases. */
export default defineConfig({
  ...config,
  test: {
    ...config.test,
    include: ['test/unit/util/parse-sse.test.ts', 'test/unit/protocol/**/*.test.ts', 'test/properties/hostile-*.test.ts'],
    env: { ASSAY_FUZZ: 'full' },
    testTimeout: 600_000,
  },
})
