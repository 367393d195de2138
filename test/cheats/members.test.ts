import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { members } from '../../owner/gallery/members.ts'

const folder = fileURLToPath(new URL('../../owner/gallery', import.meta.url))

describe('the table of the gallery', () => {
  it('names everybody once, with a plug-in that is there', () => {
    expect(new Set(members.map(({ name }) => name)).size).toBe(members.length)
    expect(members.filter(({ path }) => !existsSync(path))).toEqual([])
  })

  it('lists every plug-in of the folder', () => {
    const files = readdirSync(folder).filter(file => file.endsWith('.ts') && !['members.ts', 'command.ts'].includes(file))
    const listed = new Set(members.map(({ path }) => path))
    expect(files.filter(file => !listed.has(`${folder}/${file}`))).toEqual([])
  })

  it('states a cost above nothing, and a share of cheating', () => {
    for (const { name, cost, cheats, caughtBy } of members) {
      expect(cost, name).toBeGreaterThan(0)
      expect(cheats > 0 && cheats <= 1, name).toBe(true)
      expect(caughtBy.length, name).toBeGreaterThan(0)
    }
  })
})
