import { mergeConfig } from 'vitest/config'
import config from './vitest.config.ts'

/** `npm run test:llama`: llama.cpp for real, where its package is installed (test/live/README.md). */
const llama = mergeConfig(config, { test: { testTimeout: 600_000, hookTimeout: 600_000, reporters: ['verbose'], fileParallelism: false } })
// Merging would join the lists: this test is one of those that the other configuration leaves out.
llama.test = { ...llama.test, include: ['test/live/llama-cpp.test.ts'], exclude: ['**/node_modules/**'] }
export default llama
