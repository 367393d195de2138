import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { minerOptions } from '../../miner/options.ts'
import { worldOptions } from '../../owner/world/options.ts'
import { formatOptions } from '../../shared/settings/format-options.ts'
import type { OptionTable } from '../../shared/settings/option.ts'
import { validatorOptions } from '../../validator/options.ts'
import { root } from './list-sources.ts'

const readme = readFileSync(join(root, 'README.md'), 'utf8')
const tables: Readonly<Record<string, OptionTable>> = { miner: minerOptions, validator: validatorOptions, up: worldOptions }

describe('the README', () => {
  it.each(Object.keys(tables))('shows the settings of %s exactly as its table has them', name => {
    const [, shown] = new RegExp(`<!-- settings: ${name} -->\\n([\\s\\S]*?)\\n<!-- end -->`).exec(readme) ?? []
    expect(shown).toBe(formatOptions(tables[name] ?? {}))
  })

  it('names only scripts that package.json has', () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const named = [...readme.matchAll(/npm run ([a-z:]+)/g)].map(([, name]) => name)
    expect(named.filter(name => name === undefined || scripts[name] === undefined)).toEqual([])
  })
})
