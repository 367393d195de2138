import { readFile } from 'node:fs/promises'
import { Type } from 'typebox'
import { Parse } from 'typebox/value'
import { beforeAll, expect, it } from 'vitest'
import { loadModel } from '../../../shared/models/load-model.ts'

const Prompts = Type.Object({
  templates: Type.Array(Type.Object({ kind: Type.String(), text: Type.String() }), { minItems: 1 }),
  slots: Type.Record(Type.String(), Type.Array(Type.String({ minLength: 1 }), { minItems: 2 })),
})
const tasks = new Set(['add', 'subtract', 'sort', 'alphabet', 'copy', 'reverse', 'convert', 'day', 'month'])
const root = new URL('../../../config/', import.meta.url)
let prompts: Type.Static<typeof Prompts>

beforeAll(async () => {
  prompts = Parse(Prompts, JSON.parse(await readFile(new URL('prompts/assay-tiny.json', root), 'utf8')))
})

it('names only slots that exist, and uses every slot', () => {
  const used = new Set(prompts.templates.flatMap(({ text }) => [...text.matchAll(/\{(\w+)\}/g)].map(match => match[1])))
  expect([...used].sort()).toEqual(Object.keys(prompts.slots).sort())
})

it('asks for free text in three of four templates, since short certain answers prove little', () => {
  const free = prompts.templates.filter(({ kind }) => !tasks.has(kind))
  expect(free.length / prompts.templates.length).toBeCloseTo(0.75, 2)
})

it('never leaves a prompt longer than a quarter of the context', async () => {
  const model = await loadModel(new URL('models/assay-tiny', root).pathname)
  const longest = (values: readonly string[] = []) => [...values].sort((a, b) => b.length - a.length)[0] ?? ''
  for (const { text } of prompts.templates) {
    const filled = text.replace(/\{(\w+)\}/g, (_, slot: string) => longest(prompts.slots[slot]))
    expect(model.promptIdsOf({ messages: [{ role: 'user', content: filled }] }).length).toBeLessThan(model.contextLength / 4)
  }
})
