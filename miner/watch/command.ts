import type { Command } from 'commander'
import { addAction, jsonOption, netuidOption } from '../../shared/chain/commands/command-options.ts'
import { withCommandChain } from '../../shared/chain/commands/open-command-chain.ts'
import { printResult } from '../../shared/chain/commands/print-result.ts'
import { connectionOptions } from '../../shared/chain/connection-options.ts'
import { findKeyAddress } from '../../shared/identity/find-key-address.ts'
import { walletOptions } from '../../shared/identity/wallet-options.ts'
import { defineOptions } from '../../shared/settings/option.ts'
import { stopSignal } from '../../shared/util/stop-signal.ts'
import { waitForAbort } from '../../shared/util/wait-for-abort.ts'
import { buildWatchReport } from './build-watch-report.ts'
import { readWatchInput } from './read-watch-input.ts'
import { renderWatchReport } from './render-watch-report.ts'

const watchOptions = defineOptions({
  ...netuidOption,
  ...connectionOptions,
  ...walletOptions,
  ...jsonOption,
  hotkeyAddress: { type: 'string', unit: 'ss58', description: "the neuron to watch; the wallet's hotkey unless given" },
  everyBlocks: { type: 'integer', unit: 'blocks', min: 1, default: 25, description: 'blocks between two reports' },
  once: { type: 'boolean', default: false, description: 'report once and end, with exit code 1 where the neuron is in danger' },
})

/** Adds `assay miner watch`: how a miner stands, again and again. */
export function registerWatchCommand(miner: Command): void {
  const watch = miner.command('watch').description('show what a miner earns and how near it is to being pruned')
  addAction(watch, watchOptions, async (settings, command) => {
    const hotkey = settings.hotkeyAddress ?? (await findKeyAddress(settings))
    await withCommandChain(settings, async chain => {
      const signal = settings.once ? undefined : stopSignal()
      const report = async () => {
        const current = buildWatchReport(hotkey, await readWatchInput(chain, settings.netuid, signal))
        printResult(command, settings.json, current, () => renderWatchReport(current))
        return current
      }
      const first = await report()
      if (signal === undefined) {
        process.exitCode = first.danger ? 1 : 0
        return
      }
      let reported = first.block
      let running = false
      const stop = chain.watchHeads('best', head => {
        if (running || head.number < reported + settings.everyBlocks) return
        running = true
        report()
          .then(({ block }) => {
            reported = block
          })
          .catch((error: unknown) => {
            // The chain may be away for a while; the next head brings the next report.
            if (!signal.aborted) process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
          })
          .finally(() => {
            running = false
          })
      })
      await waitForAbort(signal)
      stop()
    })
  })
}
