import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { errorTable } from '../../shared/errors/error-table.ts'
import { findImportBreaches, findImpurities, findLongFiles, findNamingBreaches } from './find-breaches.ts'
import { listSources, root } from './list-sources.ts'
import { longFiles } from './long-files.ts'

const product = listSources(['shared', 'miner', 'validator', 'owner', 'bin'])
const everything = [...product, ...listSources(['test', 'config'])]

describe('the house', () => {
  it('has no import that the dependency rule forbids', () => {
    expect(findImportBreaches(product)).toEqual([])
  })

  it('keeps clocks, randomness and input out of the pure rooms', () => {
    expect(findImpurities(product)).toEqual([])
  })

  it('has no file above 300 lines without a reason', () => {
    expect(findLongFiles(everything, longFiles)).toEqual([])
  })

  it('lists no reason for a file that became short or went away', () => {
    const long = findLongFiles(everything, {})
    expect(Object.keys(longFiles).filter(path => !long.includes(path))).toEqual([])
  })

  it('names files in kebab-case and exports nothing as default', () => {
    expect(findNamingBreaches(everything)).toEqual([])
  })

  it('uses every error code of the table', () => {
    const text = [...product, ...listSources(['test'])].filter(file => !file.path.startsWith('shared/errors/codes/')).map(file => file.text)
    const unused = Object.keys(errorTable).filter(code => !text.some(source => source.includes(`'${code}'`)))
    expect(unused).toEqual([])
  })

  it('gives every error code a sentence that ends, an HTTP status and a prefix of its room', () => {
    for (const [code, entry] of Object.entries(errorTable)) {
      expect(code).toMatch(/^[A-Z]+(_[A-Z0-9]+)+$/)
      expect(entry.sentence, code).toMatch(/[.}]$/)
      expect(entry.status, code).toBeGreaterThanOrEqual(400)
    }
  })

  it('keeps the host of every package registry out of the lockfile', () => {
    expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved"|https?:\/\/registry/)
  })
})
