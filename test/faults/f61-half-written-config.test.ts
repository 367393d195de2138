import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadSettings } from '../../shared/settings/load-settings.ts'
import { validatorOptions } from '../../validator/options.ts'
import { runAssay } from '../support/run-assay.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-f61-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const start = async (config: string, args: readonly string[] = []) => {
  const file = join(folder, 'validator.json')
  await writeFile(file, config)
  const dataFolder = join(folder, 'data')
  return runAssay(['validator', 'start', '--config', file, '--data-folder', dataFolder, ...args])
}

describe('F61: settings that cannot be used', () => {
  const whole = '{ "netuid": 2, "statusPort": 0, "answerCap": 100000 }\n'

  it('a settings file that ends anywhere before its end is refused with its name', async () => {
    const file = join(folder, 'validator.json')
    for (let length = 0; length < whole.length - 1; length++) {
      await writeFile(file, whole.slice(0, length))
      expect(() => loadSettings(validatorOptions, { file })).toThrow(
        expect.objectContaining({ code: 'SETTINGS_INVALID', message: expect.stringContaining(file) }),
      )
    }
  })

  it('the command then writes nothing, and shows no stack', async () => {
    const { code, stderr } = await start(whole.slice(0, 30))
    expect(code).toBe(1)
    expect(stderr).toContain('SETTINGS_INVALID')
    expect(stderr).not.toContain('    at ')
    expect(await readdir(folder)).toEqual(['validator.json'])
  })

  it('every mistake is told at once, each with its source and its value', async () => {
    const { code, stderr } = await start('{ "netuid": 70000, "statusPort": "x", "nonsense": 1 }', [
      '--answer-cap',
      '5',
      '--provider',
      'gpu',
    ])
    expect(code).toBe(1)
    for (const part of ['70000', '"x"', '"nonsense"', '--answer-cap', '--provider', '"gpu"']) expect(stderr).toContain(part)
    expect(stderr.split('\n').filter(line => line.startsWith('  - '))).toHaveLength(5)
  })

  it('a flag that does not exist is a usage error', async () => {
    const { code, stderr } = await start(whole, ['--no-such-flag'])
    expect(code).toBe(2)
    expect(stderr).toContain('--no-such-flag')
  })

  it('a half-written subnet file is refused with its name', async () => {
    const subnetFile = join(folder, 'subnet.json')
    await writeFile(subnetFile, '{ "version": "assay/subnet/1", "name": "x", "models": [')
    const wallets = ['--wallet-path', join(folder, 'wallets')]
    await runAssay(['wallet', 'create', '--no-password', ...wallets])
    const { code, stderr } = await start(whole, ['--subnet-file', subnetFile, ...wallets])
    expect(code).toBe(1)
    expect(stderr).toContain('SUBNET_FILE')
    expect(stderr).toContain(subnetFile)
  })
})
