import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readEpochFile } from '../../owner/epoch/read-epoch-file.ts'
import { runEpochFile } from '../../owner/epoch/run-epoch-file.ts'
import { runVector } from '../../owner/epoch/run-vector.ts'

const file = await readEpochFile(fileURLToPath(new URL('epoch-spec300.json', import.meta.url)))

describe('the 36 epochs of the real runtime', () => {
  it.each(file.vectors)('come out without a difference: configuration $config, epoch $epoch', ({ input, output }) => {
    expect(runVector(input, file.runtime)).toEqual(output)
  })

  it('are all compared, emission included', () => {
    const result = runEpochFile(file)
    expect(result).toMatchObject({ compared: 36, withoutEmission: 0, differences: [] })
  })

  it('differ in nothing but the permit where a newer runtime forces the owner, in every u16', () => {
    const { differences } = runEpochFile({ vectors: file.vectors })
    expect(new Set(differences.filter(({ field }) => field !== 'emission').map(({ field, uid }) => `${field} ${uid}`))).toEqual(
      new Set(['validatorPermit 0']),
    )
  })
})
