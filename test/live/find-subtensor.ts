import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What it takes to run the real runtime: its chain spec, its code, and the program that runs both. */
export interface SubtensorFiles {
  readonly spec: string
  readonly runtime: string
  readonly chopsticks: string
}

/** The files that the environment names, or a sentence that says what is absent. */
export function findSubtensor(env: NodeJS.ProcessEnv = process.env): SubtensorFiles | string {
  const { ASSAY_SUBTENSOR_SPEC: spec, ASSAY_SUBTENSOR_RUNTIME: runtime } = env
  if (!spec || !runtime)
    return 'ASSAY_SUBTENSOR_SPEC and ASSAY_SUBTENSOR_RUNTIME name no chain spec and runtime: the real runtime is left out (test/live/README.md).'
  const absent = [spec, runtime].find(path => !existsSync(path))
  if (absent !== undefined) return `There is no file ${absent}: the real runtime is left out.`
  const folder = env.ASSAY_CHOPSTICKS || fileURLToPath(new URL('chopsticks', import.meta.url))
  const chopsticks = join(folder, 'node_modules/@acala-network/chopsticks/chopsticks.cjs')
  if (!existsSync(chopsticks)) return `Chopsticks is not installed in ${folder}: npm ci --prefix test/live/chopsticks`
  return { spec, runtime, chopsticks }
}
