import { defineConfig } from 'vitest/config'
import config from './vitest.config.ts'

/** Tests of pure functions: no process, socket, clock or file of their own, so a worker need not begin anew for each of them. */
const pure = [
  'test/unit/{consensus,proof,protocol,subnet,timelock,util}/**/*.test.ts',
  'test/unit/validator/{audit,challenge,scoring,verification,weights}/**/*.test.ts',
]
const { root = '.', test = {} } = config

/** `npm test`: every test, most of them each in a fresh worker. */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { root, test: { ...test, name: 'pure', include: pure, isolate: false } },
      { root, test: { ...test, name: 'whole', exclude: [...(test.exclude ?? []), ...pure] } },
    ],
  },
})
