import { describe, expect, it } from 'vitest'
import { createTokenBudget } from '../../../../miner/admission/token-budget.ts'
import { AssayError } from '../../../../shared/errors/assay-error.ts'

const openBudget = () => {
  let now = 0
  let capacity = 100
  const budget = createTokenBudget({ capacity: () => capacity, burstSeconds: 1.5, monotonicMs: () => now })
  budget.setShares(
    new Map([
      ['big', 0.6],
      ['small', 0.4],
    ]),
  )
  return { budget, pass: (ms: number) => (now += ms), setCapacity: (value: number) => (capacity = value) }
}

/** Tokens that a caller gets in a time when it asks for `each` whenever it may. */
const greedy = ({ budget, pass }: ReturnType<typeof openBudget>, caller: string, each: number, seconds: number): number => {
  let tokens = 0
  for (let step = 0; step < seconds * 100; step++) {
    try {
      budget.charge(caller, each)
      tokens += each
    } catch {}
    pass(10)
  }
  return tokens
}

describe('the token budget', () => {
  it('gives a caller that always asks its share of the capacity and one burst', () => {
    const tokens = greedy(openBudget(), 'big', 20, 100)
    expect(tokens).toBeGreaterThanOrEqual(60 * 100)
    expect(tokens).toBeLessThanOrEqual(60 * 101.5 + 20)
  })

  it('admits one request beyond the balance and then says when to come back', () => {
    const { budget, pass } = openBudget()
    budget.charge('small', 100)
    let refusal: unknown
    try {
      budget.assertOpen('small')
    } catch (error) {
      refusal = error
    }
    // 60 tokens of burst less 100, at 40 a second.
    expect(refusal).toMatchObject({ code: 'MINER_OVER_SHARE', details: { retryAfterMs: 1_001 } })
    pass(1_001)
    expect(() => budget.assertOpen('small')).not.toThrow()
  })

  it('gives back what was not generated, never above the burst', () => {
    const { budget } = openBudget()
    budget.charge('small', 100)
    budget.refund('small', 80)
    expect(() => budget.assertOpen('small')).not.toThrow()
    budget.refund('small', 1_000)
    budget.charge('small', 60)
    expect(() => budget.assertOpen('small')).toThrow(AssayError)
  })

  it('has nothing for a caller without a share, also after it lost one', () => {
    const { budget } = openBudget()
    expect(() => budget.charge('nobody', 1)).toThrow('share of this miner is used up')
    budget.setShares(new Map([['big', 1]]))
    expect(() => budget.charge('small', 1)).toThrow(AssayError)
  })

  it('follows a capacity that changes', () => {
    const world = openBudget()
    greedy(world, 'big', 10, 2)
    world.setCapacity(10)
    expect(greedy(world, 'big', 1, 100)).toBeLessThanOrEqual(6 * 101.5 + 1)
  })
})
