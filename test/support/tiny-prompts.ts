import { readFileSync } from 'node:fs'

interface PromptFile {
  readonly templates: readonly { readonly text: string }[]
  readonly slots: Readonly<Record<string, readonly string[]>>
}

const file: PromptFile = JSON.parse(readFileSync(new URL('../../config/prompts/assay-tiny.json', import.meta.url), 'utf8'))

/** Prompts on the templates of the default subnet, by a seed: index i gives the same prompt on every machine. */
export function tinyPrompts(seed: number, count: number): string[] {
  let state = seed
  const draw = (length: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 0x1_0000_0000) * length)
  }
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, slot: string) => file.slots[slot]?.[draw(file.slots[slot].length)] ?? '')
  return Array.from({ length: count }, () => fill(file.templates[draw(file.templates.length)]?.text ?? ''))
}
