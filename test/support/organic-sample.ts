import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import type { PromptGrammar } from '../../validator/challenge/prompt-grammar.ts'

/** What a miner sees of a request: when it came, and its parameters. */
export interface SeenRequest {
  readonly round: number
  /** Position in the round's time, 0 <= at < 1. */
  readonly at: number
  readonly maxTokens: number
  readonly promptLetters: number
  readonly temperature: number
  readonly streamed: boolean
  readonly shared: boolean
  readonly isSynthetic: boolean
}

/**
 * One round of users' requests to a miner, as the subnet file's profile describes users: a Poisson process of `mean` requests a round, each request
 * independent of all others. Written apart from the challenger on purpose, and by plain random numbers, not spaced ones.
 */
export function sampleOrganic(
  subnet: SubnetFile,
  grammar: PromptGrammar,
  round: number,
  mean: number,
  random: () => number,
): SeenRequest[] {
  const { profile, temperatures, streamed = 0, sharedScope } = subnet.requests
  if (profile === undefined) throw new Error('the subnet file has no profile of its users')
  const found: SeenRequest[] = []
  for (let at = wait(random) / mean; at < 1; at += wait(random) / mean) {
    const temperature = temperatures[Math.floor(random() * temperatures.length)] ?? 1
    const length = pickWeighted(profile.lengths, random)
    const { count } = pickWeighted(profile.sentences, random)
    found.push({
      ...{ round, at, temperature, isSynthetic: false },
      maxTokens: length.min + Math.floor(random() * (length.max - length.min + 1)),
      promptLetters: Array.from({ length: count }, () => sentence(grammar, random)).join(' ').length,
      streamed: random() < streamed,
      shared: random() < sharedScope,
    })
  }
  return found
}

/** Exponential with mean 1. */
function wait(random: () => number): number {
  return -Math.log(1 - random())
}

function pickWeighted<T extends { readonly weight: number }>(entries: readonly T[], random: () => number): T {
  const at = random() * entries.reduce((sum, { weight }) => sum + weight, 0)
  let reached = 0
  const found = entries.find(({ weight }) => {
    reached += weight
    return at < reached
  })
  if (found === undefined) throw new Error('nothing to pick')
  return found
}

function sentence({ templates, slots }: PromptGrammar, random: () => number): string {
  const { text } = templates[Math.floor(random() * templates.length)] ?? { text: '' }
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const values = slots[name] ?? []
    return values[Math.floor(random() * values.length)] ?? ''
  })
}
