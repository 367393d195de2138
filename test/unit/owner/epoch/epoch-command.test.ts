import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { registerEpochCommand } from '../../../../owner/epoch/command.ts'
import { type EpochFile, EpochFile as EpochFileSchema } from '../../../../owner/epoch/epoch-file.ts'
import { parserOf } from '../../../../shared/protocol/parser-of.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-epoch-'))
afterAll(() => rmSync(folder, { recursive: true }))

const parse = parserOf(EpochFileSchema, 'OWNER_FILE', 'the vectors')
const original = readFileSync(fileURLToPath(new URL('../../../vectors/epoch-spec300.json', import.meta.url)), 'utf8')

let out = ''
let errors = ''
const printed = (text: unknown) => {
  out += String(text)
  return true
}
const complained = (text: unknown) => {
  errors += String(text)
  return true
}
beforeEach(() => {
  out = ''
  errors = ''
  vi.spyOn(process.stdout, 'write').mockImplementation(printed)
  vi.spyOn(process.stderr, 'write').mockImplementation(complained)
})
afterEach(() => {
  vi.restoreAllMocks()
})

/** Writes a file and runs `epoch` on it; gives the exit code. */
async function epoch(content: string, ...flags: string[]): Promise<number | string | undefined> {
  const file = join(folder, 'epochs.json')
  writeFileSync(file, content)
  const program = new Command()
  registerEpochCommand(program)
  try {
    await program.parseAsync(['epoch', file, ...flags], { from: 'user' })
    return process.exitCode ?? undefined
  } finally {
    process.exitCode = undefined
  }
}

function changed(change: (file: EpochFile) => void): string {
  const file = parse(JSON.parse(original))
  change(file)
  return JSON.stringify(file)
}

describe('assay owner epoch', () => {
  it('exits 0 on the epochs of the real runtime and says what it compared', async () => {
    expect(await epoch(original)).toBe(0)
    expect(out).toContain('36 epochs run, 36 compared: 0 differences')
    expect(out).toContain('vector 35 (config 5, epoch 5)')
  })

  it('exits 1 on one wrong value and names vector, uid, field, expected and got', async () => {
    const wrong = changed(file => {
      file.vectors[3]!.output!.incentive[6]! += 1
    })
    expect(await epoch(wrong)).toBe(1)
    expect(out).toContain('vector 3 (config 0, epoch 3): uid 6, incentive: expected 18916, got 18915')
  })

  it('finds a bond that is missing and one that should not be there', async () => {
    const wrong = changed(file => {
      file.vectors[0]!.output!.bonds[1] = [
        [5, 65_535],
        [6, 65_535],
        [8, 1],
      ]
    })
    expect(await epoch(wrong)).toBe(1)
    expect(out).toContain('uid 1, bonds[7]: expected null, got 24787')
    expect(out).toContain('uid 1, bonds[8]: expected 1, got null')
  })

  it('prints the outputs in the format of the file with --json', async () => {
    expect(await epoch(original, '--json')).toBe(0)
    const shown: { vectors: unknown[]; differences: unknown[] } = JSON.parse(out)
    expect(shown.differences).toEqual([])
    expect(shown.vectors).toEqual(parse(JSON.parse(original)).vectors.map(({ config, epoch, output }) => ({ config, epoch, output })))
  })

  it('runs inputs that have no outputs, and leaves emission out where the input names none', async () => {
    const bare = changed(file => {
      file.vectors = file.vectors.slice(0, 1).map(({ config, epoch, input: { raoEmission: _, ...input } }) => ({ config, epoch, input }))
    })
    expect(await epoch(bare)).toBe(0)
    expect(out).toContain('1 epoch run; the file gives no outputs to compare with')
    expect(out).not.toContain('emission')
  })

  it('says so when it could not compare emission', async () => {
    const without = changed(file => {
      for (const { input } of file.vectors) delete input.raoEmission
    })
    expect(await epoch(without)).toBe(0)
    expect(out).toContain('emission not compared in 36 of them: their input has no raoEmission')
  })

  it.each([
    ['a file that is not JSON', '{"vectors":', 'it is not JSON'],
    ['a file without vectors', '{"vectors": []}', '/vectors must not have fewer than 1 items'],
    [
      'a value of the wrong type',
      changed(file => Object.assign(file.vectors[2]!.input, { kappa: 'half' })),
      '/vectors/2/input/kappa must be integer, found "half"',
    ],
    [
      'a field that is missing',
      changed(file => Object.assign(file.vectors[0]!, { input: { block: 1 } })),
      '/vectors/0/input must have required properties',
    ],
    [
      'a list that is too short',
      changed(file => void file.vectors[1]!.input.lastUpdate.pop()),
      '/vectors/1/input/lastUpdate has 8 entries, expected 9',
    ],
    [
      'a uid out of range',
      changed(file => void file.vectors[1]!.input.weights[4]!.push([9, 1])),
      '/vectors/1/input/weights/4 names uid 9, expected uids below 9',
    ],
    [
      'a uid named twice',
      changed(file => void file.vectors[1]!.input.weights[1]!.push([5, 1])),
      '/vectors/1/input/weights/1 names uid 5 twice',
    ],
    [
      'an owner that is not there',
      changed(file => Object.assign(file.vectors[1]!.input, { ownerUid: 12 })),
      '/vectors/1/input/ownerUid is 12',
    ],
  ])('exits 2 on %s and says where and what was expected', async (_, content, problem) => {
    expect(await epoch(content)).toBe(2)
    expect(errors).toContain('OWNER_FILE')
    expect(errors).toContain(problem)
    expect(out).toBe('')
  })

  it('exits 2 on a file that is not there', async () => {
    const program = new Command()
    registerEpochCommand(program)
    await program.parseAsync(['epoch', join(folder, 'absent.json')], { from: 'user' })
    expect(process.exitCode).toBe(2)
    process.exitCode = undefined
    expect(errors).toContain('absent.json cannot be used: it cannot be read')
  })
})
