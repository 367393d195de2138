import type { Context } from '../../../context.ts'
import { DispatchError } from '../../../dispatch-error.ts'
import type { DispatchErrorValue } from '../../../frame-types.ts'
import { events } from '../events.ts'

/** Runs one item per subnet, each for itself: those that throw a DispatchError are undone and named by an event, and the batch goes on. */
export function runWeightsBatch(
  ctx: Context,
  hotkey: string,
  netuids: readonly number[],
  run: (netuid: number, item: number) => void,
): void {
  const failures: (readonly [number, DispatchErrorValue])[] = []
  for (const [item, netuid] of netuids.entries()) {
    try {
      ctx.transact(() => run(netuid, item))
    } catch (error) {
      if (!(error instanceof DispatchError)) throw error
      failures.push([netuid, error.value])
    }
  }
  if (failures.length > 0) ctx.deposit(events.BatchCompletedWithErrors, [])
  for (const failure of failures) ctx.deposit(events.BatchWeightItemFailed, failure)
  ctx.deposit(events.BatchWeightsCompleted, [netuids, hotkey])
}
