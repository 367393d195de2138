import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bundle } from '../../../../shared/protocol/bundle.ts'
import { verifyFile } from '../../../../validator/verify/verify-file.ts'
import { openBundleLab } from '../../../support/bundle-lab.ts'
import { type ModelFolder, makeModelFolder } from '../../../support/model-folder.ts'

describe('a file and a model folder to verify with', () => {
  let folder: string
  let other: ModelFolder
  let bundle: Bundle
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-verify-'))
    other = await makeModelFolder()
    bundle = await (await openBundleLab([{}])).export(0)
  })
  afterAll(async () => {
    await other.remove()
    await rm(folder, { recursive: true, force: true })
  })

  const verify = async (content: unknown, model: string) => {
    const file = join(folder, 'bundle.json')
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
    return verifyFile(file, { model, provider: 'cpu', threads: 1, timeout: 60_000 }, new AbortController().signal)
  }
  const changed = () => ({ ...bundle, exchange: { ...bundle.exchange, round: bundle.exchange.round + 1 } })

  it('is told of both where neither is any good', async () => {
    const absent = join(folder, 'nowhere')
    await expect(verify('{}', absent)).rejects.toMatchObject({ code: 'VERIFY_BUNDLE', exitCode: 2 })
    await expect(verify('{}', absent)).rejects.toThrow(/bundle is malformed.*; nor can the model be used: .*nowhere/)
    await expect(verify(changed(), absent)).rejects.toThrow(/not the one that was judged; nor can the model be used: .*nowhere/)
    await expect(verify(changed(), other.folder)).rejects.toThrow(
      /not the one that was judged; nor can the model be used: The folder .* holds the manifest/,
    )
  })

  it('is told of the one that is no good', async () => {
    await expect(verify(changed(), other.folder)).rejects.toMatchObject({ code: 'VERIFY_BUNDLE' })
    await expect(verify('{}', other.folder)).rejects.not.toThrow(/model/)
    await expect(verify(bundle, other.folder)).rejects.toMatchObject({ code: 'VERIFY_MODEL', exitCode: 2 })
    await expect(verify(bundle, join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'MODEL_FILE_MISSING' })
  })
})
