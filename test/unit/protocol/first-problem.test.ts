import { describe, expect, it } from 'vitest'
import { firstProblem } from '../../../shared/protocol/first-problem.ts'

describe('what is wrong with a value', () => {
  const finder = (looked: unknown[]) => ({
    Errors(value: unknown) {
      looked.push(value)
      return [{ instancePath: '/stop/1', message: 'must be string' }]
    },
  })

  it('is told with its place', () => {
    expect(firstProblem(finder([]), { stop: ['a', 1] })).toEqual({ path: '/stop/1', problem: 'must be string' })
    expect(firstProblem({ Errors: () => [] }, 1)).toMatchObject({ path: '/' })
  })

  it.each([
    ['a long list', { stop: Array.from({ length: 5_000 }, () => 'a') }],
    ['many members', Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`k${index}`, 1]))],
    ['a deep one', Array.from({ length: 100 }, () => Array.from({ length: 60 }, () => 1))],
  ])('is not looked for in %s: each part would take microseconds of everybody’s time', (_, value) => {
    const looked: unknown[] = []
    expect(firstProblem(finder(looked), value)).toEqual({ path: '/', problem: 'it does not fit its schema' })
    expect(looked).toEqual([])
  })
})
