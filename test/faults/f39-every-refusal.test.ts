import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SubmitOutcome } from '../../shared/chain/chain-port.ts'
import { assertLanded } from '../../shared/chain/commands/sign-command.ts'
import { adviseOn, errorAdvice } from '../../shared/chain/error-advice.ts'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { keyRefusals } from '../support/refusals/key-refusals.ts'
import { accountRefusals, hyperparameterRefusals, subnetRefusals } from '../support/refusals/owner-refusals.ts'
import { poolRefusals } from '../support/refusals/pool-refusals.ts'
import { netuid, openRefusalLab, people, type Refusal, type RefusalLab } from '../support/refusals/refusal-lab.ts'
import { registrationRefusals, servingRefusals } from '../support/refusals/registration-refusals.ts'
import { delegationRefusals, stakeRefusals } from '../support/refusals/stake-refusals.ts'
import { commitRefusals, weightsRefusals } from '../support/refusals/weights-refusals.ts'

const tables: ReadonlyArray<readonly [string, readonly Refusal[]]> = [
  ['weights', weightsRefusals()],
  ['commits and reveals', commitRefusals()],
  ['registration', registrationRefusals()],
  ['serving', servingRefusals()],
  ['stake', stakeRefusals()],
  ['delegation', delegationRefusals()],
  ['subnets', subnetRefusals()],
  ['hyperparameters', hyperparameterRefusals()],
  ['accounts', accountRefusals()],
  ['keys and places', keyRefusals()],
  ['the pool', poolRefusals()],
]

/** What this chain cannot be made to say to a client, and why; the sentences are for other runtimes. */
const unmet: Readonly<Record<string, string>> = {
  MaxWeightExceeded: 'the limit is the greatest weight there is, since spec 425',
  ExpiredWeightCommit: 'the check before the dispatch calls it RevealTooEarly; older runtimes have no such check',
  InvalidRevealCommitHashNotMatch: 'the check before the dispatch calls it NoWeightsCommitFound; older runtimes have no such check',
  NotEnoughStake: 'no call of spec 425 says it',
  StakingRateLimitExceeded: 'no call of spec 425 says it',
  AllNetworksInImmunity: 'no call of spec 425 says it',
  StakeUnavailable: 'it takes a lock, and the embedded chain has no call that locks stake',
  BalanceTooLow: 'since spec 425 stake is judged in the block, no longer in the pool',
  ZeroMaxAmount: 'since spec 425 stake is judged in the block, no longer in the pool',
  UidNotFound: 'the pool of spec 425 says it of one call alone, which ties a key of the EVM to a neuron',
}

/** What the operator reads where a call was refused. */
function told(outcome: SubmitOutcome): AssayError {
  try {
    assertLanded(outcome, 'do this')
  } catch (error) {
    if (error instanceof AssayError) return error
    throw error
  }
  throw new Error(`the call took effect: ${JSON.stringify(outcome)}`)
}

describe('F39: every refusal of the chain comes back by its name, and says what to do', () => {
  let lab: RefusalLab
  beforeAll(async () => {
    lab = await openRefusalLab()
  })
  afterAll(() => lab?.stop())

  for (const [topic, rows] of tables)
    describe(topic, () => {
      it.each(rows.map(row => [row.name, row] as const))('%s', async (name, { state, act }) => {
        const undo = state === undefined ? () => undefined : lab.write(state)
        const error = told(await act(lab).finally(undo))
        expect(error.details.error).toBe(name)
        expect(error.message).toContain(name)
        expect(Object.hasOwn(errorAdvice, name), `there is a row for ${name}`).toBe(true)
        expect(error.hint).toBe(adviseOn(name).advice)
        expect(error.retry).toBe(false)
      })
    })

  it('names what one item of a batch was refused for, where the others go on', async () => {
    const weights = (value: number) => [[0, value]]
    const calls = [
      [netuid, 99],
      [weights(1), weights(1)],
      [0, 0],
    ] as const
    const outcome = await lab.send(people().bobHot, 'subtensorModule.batchSetWeights', ...calls)
    expect(outcome).toMatchObject({ status: 'included' })
    const failed = outcome.status === 'included' ? outcome.events.filter(({ name }) => name.endsWith('BatchWeightItemFailed')) : []
    expect(failed.map(({ fields }) => Object.values(fields))).toEqual([[99, 'CommitRevealEnabled']])
  })

  it('leaves out no name that there is advice on, but for those that this chain cannot say', () => {
    const provoked = tables.flatMap(([, rows]) => rows.map(({ name }) => name))
    expect([...new Set([...provoked, ...Object.keys(unmet)])].sort()).toEqual(Object.keys(errorAdvice).sort())
    expect(Object.keys(unmet).filter(name => provoked.includes(name))).toEqual([])
  })
})
