import { describe, expect, it } from 'vitest'
import { findImportBreaches, findImpurities, findLongFiles, findNamingBreaches } from './find-breaches.ts'

const file = (path: string, text: string) => ({ path, text })

describe('the house tests', () => {
  it('find a program that imports another', () => {
    expect(findImportBreaches([file('miner/a.ts', "import { x } from '../validator/b.ts'")])).toHaveLength(1)
    expect(findImportBreaches([file('owner/a.ts', "import { x } from '../validator/query/b.ts'")])).toHaveLength(1)
    expect(findImportBreaches([file('owner/a.ts', "import { x } from '../validator/scoring/b.ts'")])).toHaveLength(0)
  })

  it('find an import of a program by shared, and of the chain by the protocol', () => {
    expect(findImportBreaches([file('shared/util/a.ts', "import { x } from '../../miner/b.ts'")])).toHaveLength(1)
    expect(findImportBreaches([file('shared/protocol/a.ts', "await import('../chain/b.ts')")])).toHaveLength(1)
  })

  it('find a clock in a pure room, but not in a comment', () => {
    expect(findImpurities([file('validator/scoring/a.ts', 'const now = Date.now()')])).toHaveLength(1)
    expect(findImpurities([file('validator/scoring/a.ts', '// Date.now() would make a replay differ')])).toHaveLength(0)
  })

  it('find a long file and a name without meaning', () => {
    expect(findLongFiles([file('a.ts', 'x\n'.repeat(400))], {})).toEqual(['a.ts'])
    expect(findNamingBreaches([file('shared/aB.ts', 'export class ThingManager {}')])).toHaveLength(2)
  })
})
