import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addApiKey, type KeyTerms } from '../../miner/keys/add-api-key.ts'
import { startTestMiner, type TestMiner, type TestMinerOptions } from './test-miner.ts'

export interface OpenMiner extends TestMiner {
  /** The API key of its one caller. */
  readonly apiKey: string
  /** Sends JSON with the key, as OpenAI's clients do. */
  call(path: string, body: unknown, key?: string): ReturnType<TestMiner['send']>
}

/** A test miner that also takes callers with an API key. */
export async function startOpenMiner(options: TestMinerOptions = {}, terms: Partial<KeyTerms> = {}): Promise<OpenMiner> {
  const keyFolder = await mkdtemp(join(tmpdir(), 'assay-keys-'))
  const keyFile = join(keyFolder, 'keys.json')
  const apiKey = await addApiKey(keyFile, { name: 'laptop', ...terms })
  const miner = await startTestMiner({ ...options, flags: { keyFile, ...options.flags } })
  return {
    ...miner,
    apiKey,
    call: (path, body, key = apiKey) =>
      miner.send({
        method: 'POST',
        path,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)),
      }),
    async stop(keepFolder) {
      await miner.stop(keepFolder)
      await rm(keyFolder, { recursive: true, force: true })
    },
  }
}
