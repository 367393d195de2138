import type { Command } from 'commander'
import { addOptions, givenFlags } from '../shared/settings/add-options.ts'
import { loadSettings } from '../shared/settings/load-settings.ts'
import { stopSignal } from '../shared/util/stop-signal.ts'
import { waitForAbort } from '../shared/util/wait-for-abort.ts'
import { registerBenchCommand } from './bench/command.ts'
import { registerKeyCommands } from './keys/command.ts'
import { type RunningMiner, startMiner } from './miner.ts'
import { minerOptions } from './options.ts'
import { registerStatusCommand } from './status/command.ts'
import { registerVerdictsCommand } from './verdicts/command.ts'
import { registerWatchCommand } from './watch/command.ts'

/** Adds `assay miner start` and `assay miner watch`. */
export function registerMinerCommands(miner: Command): void {
  const start = miner.command('start').description('answer requests of validators and give signed receipts, until Ctrl-C')
  addOptions(start, minerOptions).action(async () => {
    const settings = loadSettings(minerOptions, {
      flags: givenFlags(start, minerOptions),
      env: process.env,
      file: start.opts<{ config?: string }>().config,
    })
    const signal = stopSignal()
    let running: RunningMiner
    try {
      running = await startMiner(settings, undefined, signal)
    } catch (error) {
      if (signal.aborted) return
      throw error
    }
    process.stdout.write(`assay miner ready ${running.url}\n`)
    process.on('SIGHUP', () => void running.reload())
    await waitForAbort(signal)
    await running.stop()
  })
  registerKeyCommands(miner)
  registerWatchCommand(miner)
  registerVerdictsCommand(miner)
  registerStatusCommand(miner)
  registerBenchCommand(miner)
}
