import type { Context } from '../../../shared/devchain/context.ts'
import { storage } from '../../../shared/devchain/pallets/subtensor-module/storage.ts'
import { accountOf, netuid, people, type Refusal, type RefusalLab } from './refusal-lab.ts'

const included = { until: 'included' } as const
const owner = (lab: RefusalLab, call: string, ...args: readonly unknown[]) => lab.send(people().owner, `subtensorModule.${call}`, ...args)
const admin = (lab: RefusalLab, call: string, ...args: readonly unknown[]) => lab.send(people().owner, `adminUtils.${call}`, ...args)
const frozen = (ctx: Context) => ctx.set(storage.AdminFreezeWindow, 60_000)
const liquid = (ctx: Context) => ctx.set(storage.LiquidAlphaOn, netuid, true)
const networkLimit = (ctx: Context) => {
  ctx.set(storage.NetworkRateLimit, 1_000_000n)
  ctx.set(storage.LastRateLimitedBlock, { type: 'NetworkLastRegistered' }, BigInt(ctx.block))
}
const newHotkey = () => people().stranger.hotkey

/** Founding, starting and naming a subnet, and its epochs. */
export const subnetRefusals = (): readonly Refusal[] => [
  { name: 'CannotAffordLockCost', act: lab => lab.chain.submitRegisterNetwork(people().poor, newHotkey(), included) },
  {
    name: 'SubnetLimitReached',
    state: ctx => ctx.set(storage.SubnetLimit, 1),
    act: lab => lab.chain.submitRegisterNetwork(people().bob, newHotkey(), included),
  },
  { name: 'RateLimitExceeded', state: networkLimit, act: lab => lab.chain.submitRegisterNetwork(people().bob, newHotkey(), included) },
  {
    name: 'NetworkTxRateLimitExceeded',
    state: networkLimit,
    act: lab => lab.sendBatched(people().bob, 'subtensorModule.registerNetwork', newHotkey()),
  },
  { name: 'BadOrigin', act: lab => lab.chain.submitStartCall(people().bob, netuid, included) },
  { name: 'FirstEmissionBlockNumberAlreadySet', act: lab => lab.chain.submitStartCall(people().owner, netuid, included) },
  {
    name: 'NeedWaitingMoreBlocksToStarCall',
    state: ctx => {
      ctx.remove(storage.FirstEmissionBlockNumber, netuid)
      ctx.set(storage.StartCallDelay, 1_000_000n)
    },
    act: lab => lab.chain.submitStartCall(people().owner, netuid, included),
  },
  {
    name: 'NotSubnetOwner',
    act: lab => lab.send(people().bob, 'subtensorModule.setSubnetIdentity', netuid, 'name', '', '', '', '', '', '', ''),
  },
  { name: 'InvalidIdentity', act: lab => owner(lab, 'setSubnetIdentity', netuid, 'n'.repeat(300), '', '', '', '', '', '', '') },
  { name: 'SymbolDoesNotExist', act: lab => owner(lab, 'updateSymbol', netuid, '0x21') },
  {
    name: 'SymbolAlreadyInUse',
    act: lab => {
      const symbol = lab.node.chain.read(ctx => ctx.get(storage.TokenSymbol, netuid))
      return owner(lab, 'updateSymbol', netuid, `0x${Buffer.from(symbol).toString('hex')}`)
    },
  },
  { name: 'TempoOutOfBounds', act: lab => owner(lab, 'setTempo', netuid, 359) },
  { name: 'ActivityCutoffFactorMilliOutOfBounds', act: lab => owner(lab, 'setActivityCutoffFactor', netuid, 999) },
  {
    name: 'DynamicTempoBlockedByCommitReveal',
    state: ctx => ctx.set(storage.CommitRevealWeightsEnabled, netuid, true),
    act: lab => owner(lab, 'triggerEpoch', netuid),
  },
  {
    name: 'EpochTriggerAlreadyPending',
    state: ctx => ctx.set(storage.PendingEpochAt, netuid, BigInt(ctx.block + 100)),
    act: lab => owner(lab, 'triggerEpoch', netuid),
  },
  { name: 'AutoEpochAlreadyImminent', state: frozen, act: lab => owner(lab, 'triggerEpoch', netuid) },
]

/** Hyperparameters: who, how often, when, and within which bounds. */
export const hyperparameterRefusals = (): readonly Refusal[] => [
  { name: 'BadOrigin', act: lab => lab.send(people().bob, 'adminUtils.sudoSetRho', netuid, 9) },
  {
    name: 'TxRateLimitExceeded',
    state: ctx => ctx.set(storage.LastRateLimitedBlock, { type: 'OwnerHyperparamUpdate', value: [netuid, 'Rho'] }, BigInt(ctx.block)),
    act: lab => admin(lab, 'sudoSetRho', netuid, 9),
  },
  { name: 'AdminActionProhibitedDuringWeightsWindow', state: frozen, act: lab => admin(lab, 'sudoSetRho', netuid, 9) },
  { name: 'SubnetDoesNotExist', act: lab => lab.sudo('adminUtils.sudoSetRho', 99, 9) },
  { name: 'NotPermittedOnRootSubnet', act: lab => lab.sudo('adminUtils.sudoSetBurnHalfLife', 0, 9) },
  { name: 'ActivityCutoffTooLow', act: lab => admin(lab, 'sudoSetActivityCutoff', netuid, 1) },
  { name: 'LiquidAlphaDisabled', act: lab => admin(lab, 'sudoSetAlphaValues', netuid, 2_000, 3_000) },
  { name: 'AlphaHighTooLow', state: liquid, act: lab => admin(lab, 'sudoSetAlphaValues', netuid, 1, 1) },
  { name: 'AlphaLowOutOfRange', state: liquid, act: lab => admin(lab, 'sudoSetAlphaValues', netuid, 1, 3_000) },
  { name: 'RevealPeriodTooLarge', act: lab => admin(lab, 'sudoSetCommitRevealWeightsInterval', netuid, 101) },
  { name: 'RevealPeriodTooSmall', act: lab => admin(lab, 'sudoSetCommitRevealWeightsInterval', netuid, 0) },
  { name: 'ValueNotInBounds', act: lab => admin(lab, 'sudoSetMinBurn', netuid, 10_000_000_000n) },
  { name: 'InvalidValue', act: lab => admin(lab, 'sudoSetMechanismCount', netuid, 0) },
  { name: 'TooManyUIDsPerMechanism', act: lab => admin(lab, 'sudoSetMechanismCount', netuid, 2) },
  { name: 'BondsMovingAverageMaxReached', act: lab => admin(lab, 'sudoSetBondsMovingAverage', netuid, 980_000) },
  { name: 'NegativeSigmoidSteepness', act: lab => admin(lab, 'sudoSetAlphaSigmoidSteepness', netuid, -1) },
  { name: 'MaxAllowedUidsLessThanMinAllowedUids', act: lab => admin(lab, 'sudoSetMaxAllowedUids', netuid, 1) },
  {
    name: 'MaxAllowedUIdsLessThanCurrentUIds',
    state: ctx => ctx.set(storage.MinAllowedUids, netuid, 0),
    act: lab => admin(lab, 'sudoSetMaxAllowedUids', netuid, 1),
  },
  { name: 'MaxAllowedUidsGreaterThanDefaultMaxAllowedUids', act: lab => admin(lab, 'sudoSetMaxAllowedUids', netuid, 300) },
  { name: 'MaxValidatorsLargerThanMaxUIds', act: lab => lab.sudo('adminUtils.sudoSetMaxAllowedValidators', netuid, 300) },
  { name: 'Deprecated', act: lab => lab.send(people().bob, 'swap.disableLp') },
  { name: 'BadSigner', act: lab => lab.send(people().bob, 'sudo.sudo', lab.encode('adminUtils.sudoSetRho', netuid, 9)) },
  {
    name: 'RequireSudo',
    act: lab => lab.sendBatched(people().bob, 'sudo.sudo', lab.encode('adminUtils.sudoSetRho', netuid, 9)),
  },
]

const announce = (ctx: Context) =>
  ctx.set(storage.ColdkeySwapAnnouncements, accountOf(people().bob), [ctx.block, `0x${'00'.repeat(32)}`] as const)
const pay = (lab: RefusalLab, amountRao: bigint, from = people().bob, to = people().stranger.address) =>
  lab.chain.submitTransfer(from, to, amountRao, included)

/** What any call can meet: money, whose call it is, and a coldkey that is being swapped. */
export const accountRefusals = (): readonly Refusal[] => [
  { name: 'FundsUnavailable', act: lab => pay(lab, 1n << 60n) },
  { name: 'BelowMinimum', act: lab => pay(lab, 1n) },
  { name: 'Payment', act: lab => pay(lab, 1n, people().stranger, people().bob.address) },
  {
    name: 'NotExpendable',
    async act(lab) {
      const { poor, charlie } = people()
      const before = await lab.chain.readBalance(poor.address)
      const first = before / 4n
      await pay(lab, first, poor, charlie.address)
      const left = await lab.chain.readBalance(poor.address)
      // A second transfer of as many bytes costs the same, and would leave less than an account must hold.
      return pay(lab, left - (before - first - left) - 1n, poor, charlie.address)
    },
  },
  { name: 'Call', act: lab => lab.send(people().bob, 'timestamp.set', 1) },
  { name: 'CallFiltered', act: lab => lab.sendBatched(people().bob, 'utility.batch', []) },
  { name: 'ColdkeyInSwapSchedule', state: announce, act: lab => pay(lab, 1_000_000n) },
  {
    name: 'ColdkeySwapDisputed',
    state: ctx => {
      announce(ctx)
      ctx.set(storage.ColdkeySwapDisputes, accountOf(people().bob), ctx.block)
    },
    act: lab => pay(lab, 1_000_000n),
  },
]
