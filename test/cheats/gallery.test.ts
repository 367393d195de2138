import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { members } from '../../owner/gallery/members.ts'
import { dodgeAudits } from '../../owner/gallery/parts/dodge-audits.ts'
import { turnAfter } from '../../owner/gallery/parts/turn-after.ts'
import type { EnginePlugin } from '../../shared/engine/engine-plugin.ts'
import { emptyEvidence, evidenceLog10, updateEvidence } from '../../validator/verification/evidence/evidence-state.ts'
import { type AskOptions, type GalleryAnswer, type GalleryLab, openGalleryLab } from '../support/gallery-lab.ts'

let lab: GalleryLab
beforeAll(async () => {
  lab = await openGalleryLab()
}, 60_000)
afterAll(() => lab.close())

async function ask(member: string | EnginePlugin, count: number, options?: AskOptions): Promise<GalleryAnswer[]> {
  const cheat = await lab.open(member)
  try {
    return await cheat.answers(count, options)
  } finally {
    await cheat.close()
  }
}

/** log10 of the evidence of one stream after these answers; a conviction needs 4 of the mean over the streams. */
function evidenceFrom(answers: readonly GalleryAnswer[]): number {
  const { shares } = lab.subnet.evidence
  const state = answers.reduce(
    (past, { verdict }) => (verdict.eValue === null ? past : updateEvidence(past, verdict.eValue, shares)),
    emptyEvidence(shares),
  )
  return evidenceLog10(state)
}

const fingerprints = (answers: readonly GalleryAnswer[]) => answers.flatMap(({ statistics }) => [...(statistics?.fingerprint ?? [])])
const margins = (answers: readonly GalleryAnswer[]) => answers.flatMap(({ statistics }) => [...(statistics?.margins ?? [])])
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const outcomes = (answers: readonly GalleryAnswer[]) =>
  new Set(answers.map(({ verdict }) => [verdict.kind, verdict.code ?? ''].join(' ').trim()))

/** Far over what any weight of streams takes off. */
const convicted = 6
/** Relative distance of a projected row that no honest engine of full precision reaches. */
const honestDistance = 2e-3

it('an honest miner passes, and nothing speaks against it', async () => {
  const answers = await ask('honest', 12)
  expect(outcomes(answers)).toEqual(new Set(['pass']))
  expect(evidenceFrom(answers)).toBeLessThan(0)
  expect(Math.max(...fingerprints(answers))).toBeLessThan(honestDistance)
})

describe('is convicted by evidence within a few answers:', () => {
  const elsewhere = ['turncoat', 'loose-class', 'eight-bit-weights']
  const answersNeeded: Readonly<Record<string, number>> = {
    'early-stop': 10,
    'raised-temperature': 10,
    'suppress-end': 10,
    'dodge-audits-30': 8,
    'dodge-audits-10': 10,
  }
  const convicts = members.filter(({ gets, world, name }) => gets === 'conviction' && world === undefined && !elsewhere.includes(name))
  it.each(convicts.map(({ name }) => name))('%s', async name => {
    const answers = await ask(name, answersNeeded[name] ?? 5)
    expect(outcomes(answers)).toEqual(new Set(['pass']))
    expect(evidenceFrom(answers)).toBeGreaterThan(convicted)
  })

  // Weights of sixteen bits with eight of mantissa are as far from the reference as these: where both are accepted, neither is told.
  it('eight-bit-weights, where full precision alone is accepted', async () => {
    const fine = await openGalleryLab(true)
    try {
      const cheat = await fine.open('eight-bit-weights')
      const answers = await cheat.answers(3)
      await cheat.close()
      expect(evidenceFrom(answers)).toBeGreaterThan(convicted)
    } finally {
      await fine.close()
    }
  })

  it('loose-class, by greedy answers, which are all that its class is asked for', async () => {
    const answers = await ask('loose-class', 12, { temperature: 0 })
    expect(outcomes(answers)).toEqual(new Set(['pass']))
    expect(evidenceFrom(answers)).toBeGreaterThan(convicted)
  })

  it('turncoat, however long it was honest', async () => {
    const answers = await ask({ createEngine: context => turnAfter(context, 4) }, 7)
    expect(evidenceFrom(answers.slice(0, 4))).toBeLessThan(0)
    expect(evidenceFrom(answers)).toBeGreaterThan(convicted)
  })
})

describe('fails by its own signature:', () => {
  it('pad-after-end, where an answer ended', async () => {
    const answers = await ask('pad-after-end', 6)
    expect(outcomes(answers)).toEqual(new Set(['pass', 'fail VERIFY_AFTER_EOS']))
  })

  it('truncated-tokens, where an answer did not end', async () => {
    const answers = await ask('truncated-tokens', 3)
    expect(outcomes(answers)).toEqual(new Set(['fail VERIFY_FINISH']))
  })

  it("copied-opening, from its second opening on: another answer's rows do not lead to its root", async () => {
    const [first, ...later] = await ask('copied-opening', 3)
    expect(first?.verdict.kind).toBe('pass')
    expect(outcomes(later)).toEqual(new Set(['fail VERIFY_OPENING']))
  })
})

describe('earns nothing, and is convicted by what it signed all the same:', () => {
  it('abort-substituted, by its partial receipts', async () => {
    const answers = await ask('abort-substituted', 4)
    expect(outcomes(answers)).toEqual(new Set(['miss cut']))
    expect(evidenceFrom(answers)).toBeGreaterThan(convicted)
  })

  it('relay-to-service, which has no rows to commit to, by its tokens', async () => {
    const answers = await ask('relay-to-service', 3)
    expect(outcomes(answers)).toEqual(new Set(['miss VERIFY_ROWS']))
    expect(evidenceFrom(answers)).toBeGreaterThan(convicted)
  })

  it('withheld-opening, by its tokens', async () => {
    const answers = await ask('withheld-opening', 3)
    expect(outcomes(answers)).toEqual(new Set(['miss VERIFY_OPENING_MISSING']))
    expect(evidenceFrom(answers)).toBeGreaterThan(convicted)
  })
})

describe('what each check is there for:', () => {
  it('eight-bit weights and caches show in no token or hardly any, and in every row', async () => {
    for (const name of ['eight-bit-weights', 'eight-bit-cache']) {
      const answers = await ask(name, 3)
      expect(mean(margins(answers)), name).toBeLessThan(0.01)
      expect(mean(fingerprints(answers)), name).toBeGreaterThan(honestDistance)
    }
  })

  it('the prefill attack and unchecked drafts show rows like an honest miner, and their tokens are not the legal ones', async () => {
    for (const name of ['prefill-attack', 'unchecked-drafts']) {
      const answers = await ask(name, 3)
      expect(Math.max(...fingerprints(answers)), name).toBeLessThan(honestDistance)
      expect(mean(margins(answers)), name).toBeGreaterThan(0.01)
    }
  })

  it('a wrong temperature, another top-k and a seed of its own leave the rows as they are', async () => {
    for (const name of ['raised-temperature', 'narrow-top-k', 'ignore-seed', 'relay-to-miner'])
      expect(Math.max(...fingerprints(await ask(name, 2))), name).toBeLessThan(honestDistance)
  })

  it('zeros, random numbers and rows of another answer are far from the reference in every single row', async () => {
    for (const name of ['null-proof', 'random-proof', 'borrowed-proof']) {
      const distances = fingerprints(await ask(name, 3))
      // Rows of the first token stand behind the same prompt, whoever answers it.
      const own = name === 'borrowed-proof' ? distances.filter(distance => distance > honestDistance) : distances
      expect(own.length, name).toBeGreaterThan(0.6 * distances.length)
      expect(Math.min(...own), name).toBeGreaterThan(10 * honestDistance)
    }
  })

  it('a greedy answer is the same under every noise: a seed of its own is no cheat there', async () => {
    const answers = await ask('ignore-seed', 3, { temperature: 0 })
    expect(outcomes(answers)).toEqual(new Set(['pass']))
    expect(evidenceFrom(answers)).toBeLessThan(0)
  })
})

describe('a miner that dodges audits', () => {
  it('is honest where a short answer is asked for, and cheats in its share of the others', async () => {
    const plugin = (share: number): EnginePlugin => ({ createEngine: context => dodgeAudits(context, share) })
    const far = (answers: readonly GalleryAnswer[]) => answers.filter(answer => mean(fingerprints([answer])) > honestDistance).length
    expect(far(await ask(plugin(1), 4, { maxTokens: 12 }))).toBe(0)
    expect(far(await ask(plugin(1), 4, { maxTokens: 18 }))).toBe(4)
    const some = far(await ask(plugin(0.3), 20, { maxTokens: 18 }))
    expect(some).toBeGreaterThan(1)
    expect(some).toBeLessThan(12)
  })
})
