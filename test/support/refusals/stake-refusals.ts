import { storage } from '../../../shared/devchain/pallets/subtensor-module/storage.ts'
import { subnetAccount } from '../../../shared/devchain/pallets/subtensor-module/subnets/subnet-account.ts'
import { systemStorage } from '../../../shared/devchain/pallets/system.ts'
import { accountOf, netuid, people, type Refusal, type RefusalLab, tao } from './refusal-lab.ts'

const included = { until: 'included' } as const
const add = (lab: RefusalLab, amountRao: bigint, hotkey = people().bobHot.hotkey) =>
  lab.chain.submitAddStake(people().bob, netuid, hotkey, amountRao, included)
const addLimit = async (lab: RefusalLab, amountRao: bigint, limit: () => Promise<bigint>) =>
  lab.send(people().bob, 'subtensorModule.addStakeLimit', people().bobHot.hotkey, netuid, amountRao, await limit(), false)
const hugeStake = 1n << 62n

/** Buying, selling and moving stake. */
export const stakeRefusals = (): readonly Refusal[] => [
  { name: 'AmountTooLow', act: lab => add(lab, 1n) },
  { name: 'SubtokenDisabled', state: ctx => ctx.set(storage.SubtokenEnabled, netuid, false), act: lab => add(lab, tao) },
  { name: 'HotKeyAccountNotExists', act: lab => add(lab, tao, people().stranger.hotkey) },
  { name: 'InsufficientLiquidity', act: lab => add(lab, 1n << 63n) },
  { name: 'PriceLimitExceeded', act: lab => addLimit(lab, 10n * tao, async () => 1n) },
  {
    name: 'SlippageTooHigh',
    // A little above the price: a part of the order could be filled.
    act: lab => addLimit(lab, 1_000n * tao, async () => ((await lab.chain.readAlphaPrice(netuid)) * 11n) / 10n),
  },
  {
    name: 'NotEnoughStakeToWithdraw',
    act: lab => lab.send(people().bob, 'subtensorModule.removeStakeLimit', people().bobHot.hotkey, netuid, 500n * tao, 1_000, false),
  },
  {
    name: 'InsufficientBalance',
    state: ctx => {
      const account = subnetAccount(netuid)
      const stored = ctx.get(systemStorage.Account, account)
      ctx.set(systemStorage.Account, account, { ...stored, data: { ...stored.data, free: 1_000n } })
    },
    act: lab => lab.send(people().bob, 'subtensorModule.removeStake', people().bobHot.hotkey, netuid, tao),
  },
  {
    name: 'TransferDisallowed',
    state: ctx => ctx.set(storage.TransferToggle, netuid, false),
    act: lab =>
      lab.send(people().bob, 'subtensorModule.transferStake', people().charlie.address, people().bobHot.hotkey, netuid, netuid, tao),
  },
  { name: 'SameNetuid', act: lab => lab.send(people().bob, 'subtensorModule.swapStake', people().bobHot.hotkey, netuid, netuid, tao) },
  {
    name: 'CannotBurnOrRecycleOnRootSubnet',
    act: lab => lab.send(people().bob, 'subtensorModule.burnAlpha', people().bobHot.hotkey, 1, 0),
  },
]

const half = 1n << 63n
const kids = (lab: RefusalLab, children: ReadonlyArray<readonly [bigint, string]>) =>
  lab.send(people().bob, 'subtensorModule.setChildren', people().bobHot.hotkey, netuid, children)
const take = (lab: RefusalLab, call: 'increaseTake' | 'decreaseTake', hotkey: string, share: number) =>
  lab.send(people().bob, `subtensorModule.${call}`, hotkey, share)

/** Takes, children, and where rewards go. */
export const delegationRefusals = (): readonly Refusal[] => [
  {
    name: 'DelegateTakeTooLow',
    state: ctx => ctx.set(storage.MinDelegateTake, 10),
    act: lab => take(lab, 'decreaseTake', people().bobHot.hotkey, 1),
  },
  { name: 'DelegateTakeTooHigh', act: lab => take(lab, 'increaseTake', people().bobHot.hotkey, 60_000) },
  { name: 'HotkeyAccountDoesntExist', act: lab => take(lab, 'increaseTake', people().stranger.hotkey, 100) },
  { name: 'NonAssociatedColdKey', act: lab => take(lab, 'decreaseTake', people().charlieHot.hotkey, 100) },
  {
    name: 'DelegateTxRateLimitExceeded',
    state: ctx => {
      ctx.set(storage.Delegates, accountOf(people().bobHot), 1)
      const key = { type: 'LastTxBlockDelegateTake', value: accountOf(people().bobHot) } as const
      ctx.set(storage.LastRateLimitedBlock, key, BigInt(ctx.block))
    },
    act: lab => take(lab, 'increaseTake', people().bobHot.hotkey, 100),
  },
  {
    name: 'InvalidChildkeyTake',
    act: lab => lab.send(people().bob, 'subtensorModule.setChildkeyTake', people().bobHot.hotkey, netuid, 60_000),
  },
  {
    name: 'TxChildkeyTakeRateLimitExceeded',
    state: ctx => ctx.set(storage.TransactionKeyLastBlock, accountOf(people().bobHot), netuid, 1, BigInt(ctx.block)),
    act: lab => lab.send(people().bob, 'subtensorModule.setChildkeyTake', people().bobHot.hotkey, netuid, 5),
  },
  {
    name: 'DuplicateChild',
    act: lab =>
      kids(
        lab,
        [1n, 2n].map(share => [share, people().charlieHot.hotkey]),
      ),
  },
  { name: 'InvalidChild', act: lab => kids(lab, [[1n, people().bobHot.hotkey]]) },
  {
    name: 'TooManyChildren',
    act: lab => {
      const { owner, ownerHot, bob, charlie, charlieHot, poor } = people()
      return kids(
        lab,
        [owner, ownerHot, bob, charlie, charlieHot, poor].map(({ hotkey }) => [1n, hotkey]),
      )
    },
  },
  {
    name: 'ProportionOverflow',
    act: lab =>
      kids(
        lab,
        [people().owner, people().charlie].map(({ hotkey }) => [half, hotkey]),
      ),
  },
  {
    name: 'ChildParentInconsistency',
    state: ctx => ctx.set(storage.ParentKeys, accountOf(people().bobHot), netuid, [[1n, accountOf(people().charlieHot)]]),
    act: lab => kids(lab, [[1n, people().charlieHot.hotkey]]),
  },
  {
    name: 'NotEnoughStakeToSetChildkeys',
    state: ctx => ctx.set(storage.StakeThreshold, hugeStake),
    act: lab => kids(lab, [[1n, people().charlieHot.hotkey]]),
  },
  {
    name: 'SameAutoStakeHotkeyAlreadySet',
    state: ctx => ctx.set(storage.AutoStakeDestination, accountOf(people().bob), netuid, accountOf(people().bobHot)),
    act: lab => lab.send(people().bob, 'subtensorModule.setColdkeyAutoStakeHotkey', netuid, people().bobHot.hotkey),
  },
]
