import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SubmitOutcome } from '../../shared/chain/chain-port.ts'
import { connectSubstrateChain, type SubstrateChain } from '../../shared/chain/connect-substrate-chain.ts'
import { adviseOn } from '../../shared/chain/error-advice.ts'
import { type RunningChain, startChain } from '../../shared/devchain/start-chain.ts'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { pairFromUri } from '../../shared/identity/key-pair.ts'

const included = { until: 'included' } as const
const tao = 1_000_000_000n
const netuid = 2

describe('F39: the chain refuses, and each reason says whether to wait, to stop or to mend something', () => {
  let node: RunningChain
  let chain: SubstrateChain
  const pair = (name: string) => pairFromUri(name)
  const sudo = (pallet: string, call: string, args: unknown[]) =>
    chain.submitCall(pair('//Alice'), { pallet, call, args, sudo: true }, included)

  beforeAll(async () => {
    await waitForCrypto()
    node = await startChain({ preset: 'fast', mode: 'instant' })
    chain = await connectSubstrateChain({ endpoint: node.url })
    await chain.submitRegisterNetwork(pair('//Alice'), pair('//Alice//owner').hotkey, included)
    await chain.submitStartCall(pair('//Alice'), netuid, included)
    await chain.submitBurnedRegister(pair('//Bob'), netuid, pair('//Bob//hot').hotkey, included)
    await sudo('adminUtils', 'sudoSetServingRateLimit', [netuid, 1_000])
    await sudo('adminUtils', 'sudoSetCommitRevealWeightsEnabled', [netuid, false])
  })
  afterAll(async () => {
    await chain?.close()
    await node?.stop()
  })

  const meets = async (submit: () => Promise<SubmitOutcome>, error: RegExp, act: string) => {
    const outcome = await submit()
    const name = outcome.status === 'failed' || outcome.status === 'refused' ? outcome.error : outcome.status
    expect(name).toMatch(error)
    expect(adviseOn(name)).toMatchObject({ act })
  }
  const weights = { netuid, uids: [0], values: [65_535], versionKey: 0n }

  it('too little balance: mend it', () =>
    meets(
      () => chain.submitAddStake(pair('//Bob'), netuid, pair('//Bob//hot').hotkey, 10n ** 15n, included),
      /NotEnoughBalanceToStake|BalanceTooLow/,
      'fix',
    ))

  it('no permit: wait for the next epoch', () =>
    meets(() => chain.submitWeights(pair('//Bob//hot'), weights, included), /NeuronNoValidatorPermit/, 'wait'))

  it('too little stake for weights: mend it', async () => {
    await sudo('adminUtils', 'sudoSetStakeThreshold', [10n * tao])
    await meets(() => chain.submitWeights(pair('//Bob//hot'), weights, included), /NotEnoughStakeToSetWeights|StakeAmountTooLow/, 'fix')
    await sudo('adminUtils', 'sudoSetStakeThreshold', [0])
  })

  it('weights too soon: wait', async () => {
    const owner = pair('//Alice//owner')
    await sudo('adminUtils', 'sudoSetWeightsSetRateLimit', [netuid, 0])
    expect(await chain.submitWeights(owner, weights, included)).toMatchObject({ status: 'included' })
    await sudo('adminUtils', 'sudoSetWeightsSetRateLimit', [netuid, 1_000])
    await meets(() => chain.submitWeights(owner, weights, included), /SettingWeightsTooFast|RateLimitExceeded/, 'wait')
  })

  it('served too soon: wait', async () => {
    const serve = () => chain.submitServeAxon(pair('//Bob//hot'), netuid, { host: '10.1.2.3', port: 80 }, included)
    expect(await serve()).toMatchObject({ status: 'included' })
    await meets(serve, /ServingRateLimitExceeded/, 'wait')
  })

  it('registered already: nothing to do', () =>
    meets(
      () => chain.submitBurnedRegister(pair('//Bob'), netuid, pair('//Bob//hot').hotkey, included),
      /HotKeyAlreadyRegisteredInSubNet/,
      'stop',
    ))

  it('somebody else’s subnet: mend it', () =>
    meets(
      () => chain.submitCall(pair('//Bob'), { pallet: 'adminUtils', call: 'sudoSetRho', args: [netuid, 9] }, included),
      /BadOrigin|NotSubnetOwner/,
      'fix',
    ))

  it('and a refusal is given back once: nothing is tried again behind the caller’s back', async () => {
    const before = node.chain.head.number
    await chain.submitBurnedRegister(pair('//Bob'), netuid, pair('//Bob//hot').hotkey, included)
    expect(node.chain.head.number).toBe(before + 1)
  })
})
