import { beforeAll, describe, expect, it } from 'vitest'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { createLogger } from '../../shared/observe/create-logger.ts'
import { minerKey } from '../../validator/challenge/drawn-request.ts'
import type { LatestScores } from '../../validator/rounds/scoreboard.ts'
import { emptyScoring } from '../../validator/rounds/settle-scores.ts'
import { buildWeightSetter } from '../../validator/rounds/weight-setter.ts'
import { openStore } from '../../validator/storage/open-store.ts'
import { fakeChain } from '../support/fake-chain.ts'
import { neuron } from '../support/fake-miner-chain.ts'
import { devKey } from '../support/toy-exchange.ts'
import { weightsTerms } from '../support/weights-outlook.ts'

beforeAll(waitForCrypto)

const keyOf = (name: string) => minerKey({ hotkey: devKey(name).hotkey, registeredAtBlock: 7 })

function lab() {
  const chain = fakeChain([
    neuron(0, devKey('Validator').hotkey, { validatorPermit: true, lastUpdateBlock: 0 }),
    neuron(1, devKey('One').hotkey, { registeredAtBlock: 7 }),
    neuron(2, devKey('Two').hotkey, { registeredAtBlock: 7 }),
  ])
  const outcomes: string[] = []
  const setter = buildWeightSetter({
    ...{
      chain,
      signer: devKey('Validator'),
      netuid: 2,
      store: openStore(null),
      log: createLogger('test', 'silent'),
      settings: weightsTerms,
    },
    onOutcome: outcome => outcomes.push(outcome),
  })
  const submit = (first: number, second: number) => {
    const scores = new Map([
      [keyOf('One'), first],
      [keyOf('Two'), second],
    ])
    const latest: LatestScores = { round: 1, scores, state: emptyScoring }
    return setter.submitIfDue(latest, new AbortController().signal)
  }
  return { chain, setter, submit, outcomes }
}

describe('F16: all miners fail', () => {
  it('no weights are set, the last ones stay, and the status says why', async () => {
    const { chain, setter, submit } = lab()
    await submit(3, 1)
    expect(chain.submitted).toHaveLength(1)
    for (let block = 0; block < 10; block++) {
      chain.advance(5)
      await submit(0, 0)
    }
    expect(chain.submitted).toHaveLength(1)
    expect(setter.status()).toMatchObject({ submitted: 1, waiting: 'no score above zero' })
    chain.advance()
    await submit(1, 0)
    expect(chain.submitted.at(-1)).toMatchObject({ uids: [1], values: [65_535] })
    expect(setter.status()).toMatchObject({ submitted: 2, waiting: null, lastError: null })
  })

  it('scores that are no numbers count as none', async () => {
    const { chain, submit } = lab()
    await submit(Number.NaN, Number.POSITIVE_INFINITY)
    expect(chain.submitted).toEqual([])
  })

  it('a chain that refuses again and again is asked less and less often, and at once again after a success', async () => {
    const { chain, setter, submit, outcomes } = lab()
    chain.hyperparameters = { ...chain.hyperparameters, tempo: 200 }
    chain.refusals.push(...Array(5).fill('SettingWeightsTooFast'))
    const looks: number[] = []
    for (let block = 0; block < 60; block++) {
      const before = outcomes.length
      chain.advance()
      await submit(3, 1)
      if (outcomes.length > before) looks.push(block)
    }
    expect(looks).toEqual([0, 1, 3, 7, 15, 31, 58])
    expect(outcomes.slice(0, 6)).toEqual([...Array(5).fill('SettingWeightsTooFast'), 'included'])
    expect(setter.status().lastError).toBeNull()
  })

  it('a chain that cannot be read is tried again, and never throws into the round', async () => {
    const { chain, setter, submit } = lab()
    chain.faults.push(new Error('the socket is gone'))
    await submit(3, 1)
    expect(setter.status().lastError).toBe('the socket is gone')
    await submit(3, 1)
    expect(chain.submitted).toHaveLength(1)
  })
})
