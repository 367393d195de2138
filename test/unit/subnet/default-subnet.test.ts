import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { digestJson } from '../../../shared/protocol/digest-json.ts'
import { loadSubnet } from '../../../shared/subnet/subnet-file.ts'
import { parsePromptGrammar } from '../../../validator/challenge/prompt-grammar.ts'

const path = 'config/subnet.json'
const read = async (file: string) => JSON.parse(await readFile(file, 'utf8'))

describe('the default subnet file', () => {
  it('names the manifest of the model that lies beside it', async () => {
    const { file, folder } = await loadSubnet(path)
    for (const model of file.models) expect(model.manifestDigest).toBe(digestJson(await read(resolve(folder, model.path, 'manifest.json'))))
  })
  it('names a grammar whose every slot can be filled', async () => {
    const { file, folder } = await loadSubnet(path)
    for (const model of file.models) {
      const { templates, slots } = parsePromptGrammar(await read(resolve(folder, model.prompts)))
      for (const { text } of templates) for (const [, slot = ''] of text.matchAll(/\{(\w+)\}/g)) expect(Object.keys(slots)).toContain(slot)
    }
  })
  it('gives an answer time to come and the beacon time to follow within the following round', async () => {
    const { round } = (await loadSubnet(path)).file
    expect(round.deadlineBlocks + round.beaconBlocks).toBeLessThan(round.blocks)
  })
  it('offers shares of models and of the mixture that make sense', async () => {
    const { models, evidence } = (await loadSubnet(path)).file
    expect(models.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9)
    expect(new Set(evidence.shares).size).toBe(evidence.shares.length)
  })
})
