import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import type { SubnetFile } from '../../../../shared/subnet/subnet-file.ts'
import { drawRequests } from '../../../../validator/challenge/draw-requests.ts'
import { minerKey, type RoundMiner } from '../../../../validator/challenge/drawn-request.ts'
import { type PromptGrammar, parsePromptGrammar } from '../../../../validator/challenge/prompt-grammar.ts'
import { type SeenRequest, sampleOrganic } from '../../../support/organic-sample.ts'
import { seededRandom } from '../../../support/seeded-random.ts'
import { toySubnet } from '../../../support/subnet-terms.ts'
import { areaUnderCurve, type Features, type Labelled, tellApart } from '../../../support/tell-apart.ts'

/*
 * A miner sees one stream in which a validator's synthetic requests and its users' are mixed. Who can tell them apart serves the first honestly and cheats
 * on the others. Users are played here by an independent sample of the profile in the subnet file: that the profile is true of a subnet's real users, and that
 * the texts of the prompts pass for theirs, no test without real users can show. What it shows is that the challenger adds nothing of its own: no spacing,
 * no length, no parameter and no combination of them by which its requests could be known.
 */
const rounds = 160
const perRound = 20
const subnet = (parts: Partial<NonNullable<SubnetFile['requests']['profile']>> = {}): SubnetFile =>
  toySubnet({
    requests: {
      ...{ minPerMiner: 1, maxTokens: { min: 16, max: 96 }, temperatures: [0, 0.7, 1, 1], sharedScope: 0.1, streamed: 0.5 },
      profile: {
        lengths: [
          { min: 16, max: 16, weight: 2 },
          { min: 17, max: 63, weight: 1 },
          { min: 64, max: 64, weight: 3 },
          { min: 65, max: 96, weight: 2 },
        ],
        sentences: [
          { count: 3, weight: 3 },
          { count: 4, weight: 2 },
          { count: 6, weight: 1 },
        ],
        arrivals: 'independent',
        ...parts,
      },
    },
  })
const miner: RoundMiner = { uid: 1, hotkey: 'hotkey', coldkey: 'coldkey', registeredAtBlock: 5, host: '127.0.0.2', port: 80 }
let grammar: PromptGrammar
beforeAll(async () => {
  grammar = parsePromptGrammar(JSON.parse(await readFile('config/prompts/assay-tiny.json', 'utf8')))
})

function drawSynthetic(file: SubnetFile): SeenRequest[] {
  const key = minerKey(miner)
  const meanWork = 56
  let carry: ReadonlyMap<string, number> = new Map()
  return Array.from({ length: rounds }, (_, round) => {
    const drawn = drawRequests({
      ...{ seed: new Uint8Array(32).fill(round + 1), round, netuid: 2, miners: [miner], carry, roundSeconds: 60, subnet: file },
      offeredRates: new Map([[key, (perRound * meanWork) / 60]]),
      models: new Map([['toy', { manifestDigest: 'a'.repeat(64), prompts: grammar, contextLength: 4_096, promptIdsOf: () => [1, 2, 3] }]]),
    })
    carry = drawn.carry
    return drawn.requests.map(({ at, ask }): SeenRequest => {
      const text = 'messages' in ask ? ask.messages.map(({ content }) => content).join('') : ''
      const shared = ask.assay.scope === 'request'
      return {
        ...{ round, at, shared, maxTokens: ask.max_tokens, temperature: ask.temperature, streamed: ask.stream === true },
        ...{ promptLetters: text.length, isSynthetic: true },
      }
    })
  }).flat()
}

/** What the miner can measure of each request: of itself, and of it among all others of its round. */
function watch(requests: readonly SeenRequest[]): Labelled[] {
  const sorted = [...requests].sort((a, b) => a.round + a.at - b.round - b.at)
  return sorted.map((request, index) => {
    const [before, after] = [sorted[index - 1], sorted[index + 1]]
    const gap = (other: SeenRequest | undefined) => Math.abs((other?.round ?? 0) + (other?.at ?? 0) - request.round - request.at)
    const near = sorted.slice(Math.max(0, index - 8), index + 9).filter(other => other !== request)
    // It knows its own offered rate, and so the period of an even row.
    const toPeriod = Math.min(...near.map(other => Math.abs(gap(other) * perRound - 1)))
    const features: Features = {
      ...{ at: request.at, inSlot: (request.at * perRound) % 1, gapBefore: gap(before), gapAfter: gap(after), toPeriod },
      ...{ maxTokens: request.maxTokens, promptLetters: request.promptLetters, temperature: request.temperature },
      ...{ streamed: Number(request.streamed), shared: Number(request.shared) },
      greedyLetters: request.temperature === 0 ? request.promptLetters : -1,
      sampledLetters: request.temperature === 0 ? -1 : request.promptLetters,
      likeBefore: Number(before?.temperature === request.temperature) + 2 * Number(before?.maxTokens === request.maxTokens),
      longerThanBefore: request.maxTokens - (before?.maxTokens ?? 0),
    }
    return { features, isSynthetic: request.isSynthetic }
  })
}

function auc(synthetic: readonly SeenRequest[], users: SubnetFile = subnet()): number {
  const random = seededRandom(11)
  const organic = Array.from({ length: rounds }, (_, round) => sampleOrganic(users, grammar, round, perRound, random)).flat()
  const all = [...synthetic, ...organic]
  const half = rounds / 2
  return tellApart(watch(all.filter(({ round }) => round < half)), watch(all.filter(({ round }) => round >= half)))
}

describe('a miner that watches timing, lengths and parameters', () => {
  it('cannot tell synthetic requests from those of users like the profile', () => {
    expect(auc(drawSynthetic(subnet()))).toBeLessThanOrEqual(0.55)
  })

  it.each<[string, (request: SeenRequest, index: number) => SeenRequest]>([
    ['one and the same length', request => ({ ...request, maxTokens: 64 })],
    ['lengths that no user asks for', request => ({ ...request, maxTokens: request.maxTokens + 40 })],
    ['one temperature', request => ({ ...request, temperature: 1 })],
    [
      'short prompts where they are not greedy',
      request => ({ ...request, promptLetters: request.temperature === 0 ? request.promptLetters : 40 }),
    ],
    [
      'regular spacing',
      (request, index) => ({ ...request, at: ((index % perRound) + 0.5) / perRound, round: Math.floor(index / perRound) }),
    ],
  ])('would tell a challenger by %s', (_, change) => {
    expect(auc(drawSynthetic(subnet()).map(change))).toBeGreaterThan(0.7)
  })

  it('tells the even row apart that spares a miner all bursts: it is for subnets without users', () => {
    expect(auc(drawSynthetic(subnet({ arrivals: 'even' })))).toBeGreaterThan(0.55)
  })
})

it('the area under the curve is a half for guessing, one for knowing, and counts ties half', () => {
  const of = (scores: readonly number[]) => areaUnderCurve(scores.map((score, index) => ({ score, isSynthetic: index % 2 === 0 })))
  expect([of([1, 1, 1, 1]), of([2, 1, 4, 0]), of([1, 2, 1, 2]), of([1, 1, 2, 1])]).toEqual([0.5, 1, 0, 0.75])
})
