import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../house/list-sources.ts'

describe('the built package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-built-'))
  const assay = (...args: string[]) => execFileSync(process.execPath, [join(folder, 'bin/assay.js'), ...args], { encoding: 'utf8' })

  beforeAll(() => {
    // What `npm pack` would ship: no TypeScript beside it, so that bin/assay.js has to find dist.
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    execFileSync(process.execPath, [tsc, '-p', join(root, 'config/tools/tsconfig.build.json'), '--outDir', join(folder, 'dist')], {
      stdio: 'pipe',
    })
    for (const path of ['bin', 'config', 'package.json']) cpSync(join(root, path), join(folder, path), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('runs its commands from dist', () => {
    expect(assay('--version').trim()).toBe(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version)
    for (const program of ['up', 'miner', 'validator', 'owner', 'chain', 'wallet'])
      expect(assay(program, '--help')).toContain(`Usage: assay ${program}`)
  })

  it('computes an epoch as the source does', () => {
    const vectors = join(root, 'test/vectors/epoch-spec300.json')
    expect(assay('owner', 'epoch', vectors, '--json')).toBe(
      execFileSync(process.execPath, [join(root, 'bin/assay.js'), 'owner', 'epoch', vectors, '--json'], { encoding: 'utf8' }),
    )
  })

  it('generates tokens in a worker of dist', () => {
    const script = `
      import { createOnnxEngine, loadModel } from '${join(folder, 'dist/index.js')}'
      const model = await loadModel('${join(folder, 'config/models/assay-tiny')}')
      const engine = await createOnnxEngine({ model })
      const promptIds = model.promptIdsOf({ messages: [{ role: 'user', content: 'Copy: red blue' }] })
      const sampling = { temperature: 0, topK: 0, maxTokens: 4 }
      const { tokenIds } = await engine.generate({ promptIds, sampling, noiseKey: new Uint8Array(32) }, new AbortController().signal)
      console.log(tokenIds.length)
      await engine.close()`
    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', cwd: folder })
    expect(Number(printed)).toBeGreaterThan(0)
  })
})
