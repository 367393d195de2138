import type { Context } from '../../../shared/devchain/context.ts'
import { storage } from '../../../shared/devchain/pallets/subtensor-module/storage.ts'
import { accountOf, netuid, people, type Refusal, type RefusalLab } from './refusal-lab.ts'

const swap = (lab: RefusalLab, next = people().stranger.hotkey, where: number | null = netuid) =>
  lab.send(people().bob, 'subtensorModule.swapHotkey', people().bobHot.hotkey, next, where)
const swappedNow = (ctx: Context) => ctx.set(storage.LastHotkeySwapOnNetuid, netuid, accountOf(people().bob), BigInt(ctx.block))
/** Changing a hotkey, giving places away, and what root stake has earned. */
export const keyRefusals = (): readonly Refusal[] => [
  { name: 'NewHotKeyIsSameWithOld', act: lab => swap(lab, people().bobHot.hotkey) },
  {
    name: 'HotKeySetTxRateLimitExceeded',
    state: ctx => {
      ctx.set(storage.TxRateLimit, 1_000n)
      ctx.set(storage.LastRateLimitedBlock, { type: 'LastTxBlock', value: accountOf(people().bob) }, BigInt(ctx.block))
    },
    act: lab => swap(lab),
  },
  { name: 'HotKeySwapOnSubnetIntervalNotPassed', state: swappedNow, act: lab => swap(lab) },
  {
    name: 'NewHotKeyNotCleanForRootSwap',
    state: ctx => ctx.set(storage.TotalHotkeyAlpha, accountOf(people().stranger), 0, 1n),
    act: lab => swap(lab, people().stranger.hotkey, null),
  },
  {
    name: 'NotEnoughBalanceToPaySwapHotKey',
    state: ctx => ctx.set(storage.Owner, accountOf(people().charlieHot), accountOf(people().poor)),
    async act(lab) {
      const { poor, charlie, charlieHot, stranger } = people()
      const balance = await lab.chain.readBalance(poor.address)
      if (balance > 50_000_000n) await lab.chain.submitTransfer(poor, charlie.address, balance - 50_000_000n, { until: 'included' })
      return lab.send(poor, 'subtensorModule.swapHotkey', charlieHot.hotkey, stranger.hotkey, null)
    },
  },
  {
    name: 'TrimmingWouldExceedMaxImmunePercentage',
    state: ctx => ctx.set(storage.MinAllowedUids, netuid, 0),
    act: lab => lab.send(people().owner, 'adminUtils.sudoTrimToMaxAllowedUids', netuid, 1),
  },
  { name: 'InvalidSubnetNumber', act: lab => lab.send(people().bob, 'subtensorModule.claimRoot', []) },
  { name: 'InvalidNumRootClaim', act: lab => lab.sudo('subtensorModule.sudoSetNumRootClaims', 51) },
  {
    name: 'InvalidRootClaimThreshold',
    act: lab => lab.send(people().owner, 'subtensorModule.sudoSetRootClaimThreshold', netuid, 10_000_001),
  },
]
