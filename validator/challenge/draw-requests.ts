import type { ChatMessage } from '../../shared/protocol/ask.ts'
import type { SignedOffer } from '../../shared/protocol/offer.ts'
import { classOfOffer, standingDigest } from '../../shared/subnet/find-class.ts'
import type { SubnetFile, SubnetModel } from '../../shared/subnet/subnet-file.ts'
import { drawPrompt } from './draw-prompt.ts'
import { drawWeighted } from './draw-weighted.ts'
import { type DrawnRequest, minerKey, type RoundMiner } from './drawn-request.ts'
import type { PromptGrammar } from './prompt-grammar.ts'
import { hmacOf, spacedDraws, uniformDraws } from './seeded-draws.ts'

/** What drawing needs to know of one model of the subnet file. */
export interface ChallengeModel {
  readonly manifestDigest: string
  readonly prompts: PromptGrammar
  readonly contextLength: number
  promptIdsOf(source: { readonly messages: readonly ChatMessage[] }): readonly number[]
}

export interface DrawInput {
  /** Secret of this round; who knows it knows every request in advance. */
  readonly seed: Uint8Array
  readonly round: number
  readonly netuid: number
  readonly miners: readonly RoundMiner[]
  /** Work units per second offered to each miner key. */
  readonly offeredRates: ReadonlyMap<string, number>
  /** Work units of earlier rounds not yet asked (positive) or asked too much (negative), by miner key. */
  readonly carry: ReadonlyMap<string, number>
  readonly roundSeconds: number
  readonly subnet: SubnetFile
  /** By the name in the subnet file. */
  readonly models: ReadonlyMap<string, ChallengeModel>
  /** Offers by miner key, as an exchange holds them; miners without one are asked without. */
  readonly offers?: ReadonlyMap<string, readonly SignedOffer[]>
}

/** Requests of one miner in one round, at most: a bound on what a wrong rate can cost. */
const maxPerMiner = 4_096

/** A greedy answer depends on its prompt alone, so single sentences could be answered from a table (some templates have a few dozen fillings); joined in threes they cannot. */
const greedySentences = 3

const goldenRatio = (Math.sqrt(5) - 1) / 2
const rootOfTwo = Math.SQRT2 - 1
const rootOfThree = Math.sqrt(3) - 1

/**
 * Draws a round's synthetic requests, in the order of their time. Each miner is asked until rate x seconds + carry of work is
 * used up; the last request may overdraw, and the debt is carried into the next round: a request that did not fit must not
 * be dropped, or large ones would be drawn too seldom. Everything follows from the seed and the miner's key, not from the miners' order.
 */
export function drawRequests(input: DrawInput): { requests: DrawnRequest[]; carry: Map<string, number> } {
  const requests: DrawnRequest[] = []
  const carry = new Map<string, number>()
  const used = new Set<string>()
  const miners = input.miners.map(miner => ({ miner, key: minerKey(miner) })).sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  for (const { miner, key } of miners) {
    const drawn = drawForMiner(input, miner, key, used)
    requests.push(...drawn.requests)
    carry.set(key, drawn.carry)
  }
  requests.sort((a, b) => a.at - b.at || (a.ask.assay.requestId < b.ask.assay.requestId ? -1 : 1))
  return { requests, carry }
}

function drawForMiner(input: DrawInput, miner: RoundMiner, key: string, used: Set<string>): { requests: DrawnRequest[]; carry: number } {
  const { seed, round, subnet, roundSeconds } = input
  const draw = uniformDraws(seed, 'assay/draws/1', input.netuid, round, key)
  const mix = {
    temperature: spacedDraws(draw(), goldenRatio),
    scope: spacedDraws(draw(), rootOfTwo),
    streamed: spacedDraws(uniformDraws(seed, 'assay/streams/1', input.netuid, round, key)(), rootOfThree),
  }
  let budget = (input.offeredRates.get(key) ?? 0) * roundSeconds + (input.carry.get(key) ?? 0)
  if (!Number.isFinite(budget)) throw new RangeError(`the work offered to ${key} is ${budget}`)
  let largest = 0
  const drafts: Omit<DrawnRequest, 'at'>[] = []
  while ((budget > 0 || drafts.length < subnet.requests.minPerMiner) && drafts.length < maxPerMiner) {
    const draft = drawOne(input, miner, key, drafts.length, draw, mix, used)
    drafts.push(draft)
    budget -= draft.askedWork
    largest = Math.max(largest, draft.askedWork)
    if (draft.askedWork === 0) break
  }
  // One request in each of n equal parts of the round: no burst that a miner of this very rate could not take. Users are not so kind, and where they ask too, an even row is told from theirs.
  const isEven = subnet.requests.profile?.arrivals !== 'independent'
  const requests = drafts.map((draft, index) => ({ ...draft, at: isEven ? (index + draw()) / drafts.length : draw() }))
  return { requests, carry: Math.min(0, Math.max(budget, -largest)) }
}

function drawOne(
  input: DrawInput,
  miner: RoundMiner,
  key: string,
  index: number,
  draw: () => number,
  mix: { readonly temperature: () => number; readonly scope: () => number; readonly streamed: () => number },
  used: Set<string>,
): Omit<DrawnRequest, 'at'> {
  const { seed, round, netuid, subnet } = input
  const terms = drawModel(subnet.models, draw())
  const model = input.models.get(terms.name)
  if (model === undefined) throw new RangeError(`no model ${terms.name} to draw prompts for`)
  const offers = input.offers?.get(key)
  const offerDigest = standingDigest(offers?.[0])
  const held = classOfOffer(terms, offers?.[0])
  const temperatures = subnet.requests.temperatures.filter(temperature => temperature > 0 || terms.greedyPayFactor !== null)
  // Drawn all the same where the class is asked greedily alone, so that a class changes no other draw.
  const drawn = temperatures[Math.floor(mix.temperature() * temperatures.length)] ?? 1
  const temperature = held?.greedyOnly === true ? 0 : drawn
  const scope = mix.scope() < subnet.requests.sharedScope ? 'request' : 'miner'
  const streamed = mix.streamed() < (subnet.requests.streamed ?? 0)
  const { profile } = subnet.requests
  const { min, max, within } = drawLength(subnet, draw())
  const wanted = min + Math.floor(within * (max - min + 1))
  const usual = profile === undefined ? 1 : drawWeighted(profile.sentences, draw()).entry.count
  const sentences = temperature === 0 ? Math.max(greedySentences, usual) : usual
  const { messages, promptIds } = drawMessages(model, draw, used, sentences, wanted)
  const maxTokens = Math.max(1, Math.min(wanted, model.contextLength - promptIds.length))
  const name = [netuid, round, key, index] as const
  return {
    miner,
    promptIds,
    askedWork: promptIds.length * terms.work.promptToken + maxTokens * terms.work.outputToken,
    ...(offers && { offers }),
    ask: {
      model: terms.name,
      messages,
      max_tokens: maxTokens,
      temperature,
      ...(streamed && { stream: true }),
      assay: {
        requestId: hmacOf(seed, 'assay/request-id/1', ...name)
          .toString('hex')
          .slice(0, 32),
        netuid,
        manifestDigest: held?.manifestDigest ?? model.manifestDigest,
        ...(offerDigest !== null && { offerDigest }),
        requestSeed: hmacOf(seed, 'assay/request-seed/1', ...name).toString('hex'),
        scope,
        choice: 0,
        ...(subnet.proof?.toploc && { toploc: subnet.proof.toploc }),
      },
    },
  }
}

function drawLength({ requests }: SubnetFile, at: number): { min: number; max: number; within: number } {
  if (requests.profile === undefined) return { ...requests.maxTokens, within: at }
  const { entry, within } = drawWeighted(requests.profile.lengths, at)
  return { min: entry.min, max: entry.max, within }
}

interface Rendered {
  readonly messages: ChatMessage[]
  readonly promptIds: readonly number[]
}

/** A prompt of so many sentences, or of fewer where the model's context has no room for them and an answer. */
function drawMessages(model: ChallengeModel, draw: () => number, used: Set<string>, sentences: number, wanted: number): Rendered {
  const messages: ChatMessage[] = [{ role: 'user', content: drawPrompt(model.prompts, draw, used, sentences) }]
  const promptIds = model.promptIdsOf({ messages })
  if (promptIds.length + wanted <= model.contextLength || sentences === 1) return { messages, promptIds }
  return drawMessages(model, draw, used, sentences - 1, wanted)
}

function drawModel(models: readonly SubnetModel[], at: number): SubnetModel {
  const total = models.reduce((sum, { share }) => sum + share, 0)
  let left = at * total
  for (const model of models) {
    left -= model.share
    if (left < 0) return model
  }
  const last = models.at(-1)
  if (last === undefined) throw new RangeError('the subnet file has no models')
  return last
}
