import { beforeAll, describe, expect, it } from 'vitest'
import type { Neuron } from '../../../../shared/chain/chain-port.ts'
import { waitForCrypto } from '../../../../shared/identity/crypto-ready.ts'
import { minerKey } from '../../../../validator/challenge/drawn-request.ts'
import { submitIfDue } from '../../../../validator/weights/submit-if-due.ts'
import { type FakeChain, fakeChain } from '../../../support/fake-chain.ts'
import { neuron } from '../../../support/fake-miner-chain.ts'
import { devKey } from '../../../support/toy-exchange.ts'

beforeAll(waitForCrypto)

const self = (changes: Partial<Neuron> = {}) =>
  neuron(0, devKey('Validator').hotkey, { validatorPermit: true, lastUpdateBlock: 0, ...changes })
const miners = () => ['One', 'Two', 'Three'].map((name, index) => neuron(index + 1, devKey(name).hotkey, { registeredAtBlock: 7 }))
const keyOf = (name: string, block = 7) => minerKey({ hotkey: devKey(name).hotkey, registeredAtBlock: block })
const scores = () =>
  new Map([
    [keyOf('One'), 3],
    [keyOf('Two'), 1],
  ])
const submit = (chain: FakeChain, given: ReadonlyMap<string, number> = scores()) =>
  submitIfDue(given, { chain, signer: devKey('Validator'), netuid: 2 }, new AbortController().signal)

describe('weights are submitted', () => {
  it('by uid, proportional to the scores', async () => {
    const chain = fakeChain([self(), ...miners()])
    expect(await submit(chain)).toMatchObject({ step: 'submitted', outcome: { status: 'included' } })
    expect(chain.submitted).toEqual([{ netuid: 2, uids: [1, 2], values: [65_535, 21_845], versionKey: 0n }])
  })
  it("with the chain's own version key", async () => {
    const chain = fakeChain([self(), ...miners()])
    chain.hyperparameters = { ...chain.hyperparameters, weightsVersion: 9n }
    await submit(chain)
    expect(chain.submitted[0]?.versionKey).toBe(9n)
  })
  it('again once the longer of the rate limit and a quarter of an epoch has passed', async () => {
    const chain = fakeChain([self(), ...miners()])
    await submit(chain)
    chain.advance(2)
    expect(await submit(chain)).toEqual({ step: 'wait', reason: 'rate limit' })
    chain.advance()
    expect(await submit(chain)).toMatchObject({ step: 'submitted' })
    chain.hyperparameters = { ...chain.hyperparameters, weightsRateLimit: 5 }
    chain.advance(4)
    expect(await submit(chain)).toEqual({ step: 'wait', reason: 'rate limit' })
    chain.advance()
    expect(await submit(chain)).toMatchObject({ step: 'submitted' })
    expect(chain.submitted).toHaveLength(3)
  })
})

describe('weights are not submitted', () => {
  it.each([
    ['by a hotkey that is not registered', 'not registered', () => [], false],
    ['without a permit', 'no permit', () => [self({ validatorPermit: false })], false],
    ['where the chain wants them committed first', 'commit-reveal is on, which this version cannot do', () => [self()], true],
    ['within the rate limit', 'rate limit', () => [self({ lastUpdateBlock: 98 })], false],
  ])('%s', async (_, reason, ourselves, commitRevealEnabled) => {
    const chain = fakeChain([...ourselves(), ...miners()])
    chain.hyperparameters = { ...chain.hyperparameters, commitRevealEnabled }
    expect(await submit(chain)).toEqual({ step: 'wait', reason })
    expect(chain.submitted).toEqual([])
  })

  it.each([
    ['there are no scores', new Map()],
    ['every score is zero', new Map([[`${'x'}`, 0]])],
  ])('where %s', async (_, given: ReadonlyMap<string, number>) => {
    const chain = fakeChain([self(), ...miners()])
    expect(await submit(chain, given)).toEqual({ step: 'wait', reason: 'no score above zero' })
    expect(chain.submitted).toEqual([])
  })

  it('for ourselves', async () => {
    const chain = fakeChain([self({ registeredAtBlock: 7 }), ...miners()])
    await submit(chain, new Map([...scores(), [keyOf('Validator'), 100]]))
    expect(chain.submitted[0]?.uids).toEqual([1, 2])
  })
})
