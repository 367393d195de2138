import { describe, expect, it } from 'vitest'
import { waitForCrypto } from '../../../../shared/identity/crypto-ready.ts'
import { parseChatAsk } from '../../../../shared/protocol/ask.ts'
import { offerDigest } from '../../../../shared/protocol/offer.ts'
import { type DrawInput, drawRequests } from '../../../../validator/challenge/draw-requests.ts'
import { minerKey, type RoundMiner } from '../../../../validator/challenge/drawn-request.ts'
import { parsePromptGrammar } from '../../../../validator/challenge/prompt-grammar.ts'
import { withDeadline } from '../../../../validator/challenge/with-deadline.ts'
import { toySubnet, toyTerms } from '../../../support/subnet-terms.ts'
import { toyOffer } from '../../../support/toy-offer.ts'

const numbers = Array.from({ length: 40 }, (_, index) => String(index))
const prompts = parsePromptGrammar({ templates: [{ kind: 'add', text: 'What is {number} plus {number}?' }], slots: { number: numbers } })
const model = {
  manifestDigest: 'a'.repeat(64),
  prompts,
  contextLength: 64,
  promptIdsOf: ({ messages }: { messages: readonly { content: string }[] }) =>
    [...(messages[0]?.content ?? '')].map(letter => letter.charCodeAt(0) % 26),
}
const miners = [0, 1, 2, 3].map(
  (uid): RoundMiner => ({
    uid,
    hotkey: `hotkey${uid}`,
    coldkey: `coldkey${uid}`,
    registeredAtBlock: 5,
    host: `127.0.0.${uid + 2}`,
    port: 80,
  }),
)
const seed = new Uint8Array(32).fill(9)
const input = (parts: Partial<DrawInput> = {}): DrawInput => ({
  seed,
  round: 3,
  netuid: 2,
  miners,
  offeredRates: new Map(miners.map((miner, index) => [minerKey(miner), 10 * (index + 1)])),
  carry: new Map(),
  roundSeconds: 60,
  subnet: toySubnet(),
  models: new Map([['toy', model]]),
  ...parts,
})
const workOf = (drawn: ReturnType<typeof drawRequests>, uid: number) =>
  drawn.requests.filter(({ miner }) => miner.uid === uid).reduce((sum, { askedWork }) => sum + askedWork, 0)

describe('drawing requests', () => {
  it('gives the same requests for the same seed, in any order of the miners, and others for another seed', () => {
    const drawn = drawRequests(input())
    expect(drawRequests(input({ miners: [...miners].reverse() })).requests).toEqual(drawn.requests)
    const other = drawRequests(input({ seed: new Uint8Array(32) }))
    expect(other.requests[0]?.ask.assay.requestSeed).not.toBe(drawn.requests[0]?.ask.assay.requestSeed)
  })
  it('asks for TOPLOC proofs of the shape that the subnet file has, where it has one', () => {
    const toploc = { k: 32, chunkRows: 16 }
    const proof = { k: 8, fullRows: 2, openingMs: 2_000, keepBlocks: 150, toploc }
    const asked = (subnet: DrawInput['subnet']) => drawRequests(input({ subnet })).requests.map(({ ask }) => ask.assay.toploc)
    expect(new Set(asked(toySubnet({ proof })))).toEqual(new Set([toploc]))
    expect(new Set(asked(toySubnet({ proof: { ...proof, toploc: null } })))).toEqual(new Set([undefined]))
  })
  it('asks each miner for its rate times the round, to within one request, and carries the rest', () => {
    const drawn = drawRequests(input())
    for (const [index, miner] of miners.entries()) {
      const over = workOf(drawn, index) - 600 * (index + 1)
      expect(over).toBeGreaterThanOrEqual(0)
      expect(over).toBeLessThan(24 + 0.1 * 40)
      expect(drawn.carry.get(minerKey(miner))).toBeCloseTo(-over, 9)
    }
  })
  it('asks on average for exactly what is offered where a round holds two requests only', () => {
    let carry: ReadonlyMap<string, number> = new Map()
    let work = 0
    for (let round = 0; round < 200; round++) {
      const drawn = drawRequests(input({ round, roundSeconds: 4, carry }))
      carry = drawn.carry
      work += workOf(drawn, 0)
    }
    expect(work / (200 * 40)).toBeCloseTo(1, 2)
  })
  it('asks every miner at least once, and lets the debt of it not grow beyond one request', () => {
    let carry: ReadonlyMap<string, number> = new Map()
    for (let round = 0; round < 10; round++) {
      const drawn = drawRequests(input({ round, roundSeconds: 0.01, carry }))
      carry = drawn.carry
      expect(new Set(drawn.requests.map(({ miner }) => miner.uid)).size).toBe(4)
    }
    expect(Math.min(...carry.values())).toBeGreaterThan(-30)
  })
  it('never gives one prompt, id or seed to two requests of a round', () => {
    const { requests } = drawRequests(input({ roundSeconds: 600 }))
    expect(requests.length).toBeGreaterThan(2_000)
    const texts = requests.map(({ ask }) => ('messages' in ask ? ask.messages[0]?.content : ''))
    expect(new Set(texts).size).toBe(requests.length)
    expect(new Set(requests.map(({ ask }) => ask.assay.requestId)).size).toBe(requests.length)
    expect(new Set(requests.map(({ ask }) => ask.assay.requestSeed)).size).toBe(requests.length)
  })
  it('spreads the requests of a miner evenly over the round, sorted by their time', () => {
    const { requests } = drawRequests(input())
    const times = requests.map(({ at }) => at)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    const own = requests.filter(({ miner }) => miner.uid === 3).map(({ at }) => at)
    const quarters = [0, 1, 2, 3].map(quarter => own.filter(at => Math.floor(at * 4) === quarter).length / own.length)
    for (const share of quarters) expect(share).toBeCloseTo(0.25, 1)
  })
  it('draws temperatures, lengths and scopes at the rates of the subnet file', () => {
    const { requests } = drawRequests(input({ roundSeconds: 600 }))
    const share = (test: (ask: (typeof requests)[number]['ask']) => boolean) =>
      requests.filter(({ ask }) => test(ask)).length / requests.length
    expect(share(ask => ask.temperature === 0)).toBeCloseTo(1 / 3, 1)
    expect(share(ask => ask.assay.scope === 'request')).toBeCloseTo(0.1, 1)
    expect(Math.min(...requests.map(({ ask }) => ask.max_tokens))).toBe(8)
    expect(Math.max(...requests.map(({ ask }) => ask.max_tokens))).toBe(24)
  })
  it('asks for streams at the rate of the subnet file, and changes nothing else by it', () => {
    const { requests } = toySubnet()
    const plain = drawRequests(input({ roundSeconds: 600 })).requests
    const some = drawRequests(input({ roundSeconds: 600, subnet: toySubnet({ requests: { ...requests, streamed: 0.25 } }) })).requests
    expect(plain.some(({ ask }) => 'stream' in ask)).toBe(false)
    expect(some.filter(({ ask }) => ask.stream === true).length / some.length).toBeCloseTo(0.25, 1)
    expect(some.map(({ ask: { stream: _, ...ask } }) => ask)).toEqual(plain.map(({ ask }) => ask))
  })
  it('never asks for greedy answers where the owner did not opt in', () => {
    const subnet = toySubnet({ models: [{ ...toyTerms, greedyPayFactor: null }] })
    expect(drawRequests(input({ subnet })).requests.some(({ ask }) => ask.temperature === 0)).toBe(false)
  })
  it('joins at least three sentences where the answer depends on the prompt alone, so that no table holds them', () => {
    const { requests } = drawRequests(input({ models: new Map([['toy', { ...model, contextLength: 256 }]]) }))
    const sentences = (ask: (typeof requests)[number]['ask']) => ('messages' in ask ? ask.messages[0]?.content.split('?').length : 0)
    const counts = (greedy: boolean) => requests.filter(({ ask }) => (ask.temperature === 0) === greedy).map(({ ask }) => sentences(ask))
    expect(Math.min(...counts(true).map(Number))).toBe(4)
    expect(Math.min(...counts(false).map(Number))).toBe(2)
  })
  it('asks for no more tokens than the context leaves', () => {
    const { requests } = drawRequests(input({ models: new Map([['toy', { ...model, contextLength: 32 }]]) }))
    for (const { ask, promptIds } of requests) expect(ask.max_tokens + promptIds.length).toBeLessThanOrEqual(32)
  })
  it('makes bodies that miners parse once the deadline is filled in', () => {
    for (const { ask } of drawRequests(input()).requests) {
      const whole = withDeadline(ask, { block: 40, ms: 2_000 })
      expect(parseChatAsk(whole)).toEqual(whole)
      expect(whole.assay).toMatchObject({ deadlineBlock: 40, deadlineMs: 2_000 })
    }
  })
})

describe('drawing requests under offers', () => {
  const classes = [
    { name: 'graph', artefact: 'onnx', precision: 'fp32', fingerprint: true, payFactor: 1 },
    { name: 'file', artefact: 'gguf', precision: 'fp32', manifestDigest: 'b'.repeat(64), fingerprint: false, payFactor: 1 },
    { name: 'served', artefact: 'upstream', precision: 'fp32', fingerprint: false, greedyOnly: true, payFactor: 0.9 },
  ] as const
  const subnet = toySubnet({ models: [{ ...toyTerms, classes: [...classes] }] })
  const offerOf = (parts: Parameters<typeof toyOffer>[1]) => [toyOffer({}, parts)]
  const [first, second, third, fourth] = miners.map(minerKey) as [string, string, string, string]
  const drawnWith = (offers: DrawInput['offers']) => drawRequests(input({ subnet, ...(offers && { offers }) }))

  it('names the offer in the request and beside it, and asks for the artefact of its class', async () => {
    await waitForCrypto()
    const offers = new Map([
      [first, offerOf({})],
      [second, offerOf({ artefact: 'gguf', manifestDigest: 'b'.repeat(64) })],
      [third, offerOf({ artefact: 'upstream' })],
    ])
    for (const { miner, ask, offers: carried } of drawnWith(offers).requests) {
      const standing = offers.get(minerKey(miner))
      expect(carried).toBe(standing)
      expect(ask.assay.offerDigest).toBe(standing?.[0] && offerDigest(standing[0].offer))
      expect(ask.assay.manifestDigest).toBe(minerKey(miner) === second ? 'b'.repeat(64) : 'a'.repeat(64))
      if (minerKey(miner) === third) expect(ask.temperature).toBe(0)
    }
  })

  it('changes nothing for the other miners', async () => {
    await waitForCrypto()
    const plain = drawnWith(undefined).requests.filter(({ miner }) => minerKey(miner) === fourth)
    const beside = drawnWith(new Map([[first, offerOf({ artefact: 'upstream' })]])).requests.filter(
      ({ miner }) => minerKey(miner) === fourth,
    )
    expect(beside).toEqual(plain)
    expect(plain.some(({ ask }) => ask.temperature > 0)).toBe(true)
  })
})
