import type { Command } from 'commander'
import { addOptions, givenFlags } from '../settings/add-options.ts'
import { loadSettings } from '../settings/load-settings.ts'
import type { SettingsOf } from '../settings/option.ts'
import { stopSignal } from '../util/stop-signal.ts'
import { waitForAbort } from '../util/wait-for-abort.ts'
import { chainOptions } from './options.ts'
import { startChain } from './start-chain.ts'

/** Adds `assay chain`: the embedded chain, until Ctrl-C or SIGTERM. */
export function registerChainCommand(program: Command): void {
  const command = program.command('chain').description('run the embedded chain: a Subtensor for one machine, over WebSocket and HTTP')
  addOptions(command, chainOptions).action(async () => {
    const settings = loadSettings(chainOptions, {
      flags: givenFlags(command, chainOptions),
      env: process.env,
      file: command.opts<{ config?: string }>().config,
    })
    await runChain(settings, stopSignal())
  })
}

async function runChain(settings: SettingsOf<typeof chainOptions>, signal: AbortSignal): Promise<void> {
  const manual = settings.blockTime === 0
  const running = await startChain({
    preset: settings.preset === 'fast' ? 'fast' : 'default',
    host: settings.host,
    port: settings.port,
    finalityLag: settings.finalityLag,
    historyBlocks: settings.history,
    mode: manual ? 'manual' : 'interval',
    ...(settings.blockTime === undefined || manual ? {} : { blockTimeMs: settings.blockTime }),
    ...(settings.tmp ? {} : { path: settings.path }),
  })
  const { number, hash } = running.chain.head
  const lines = [
    `assay chain ready ${running.url}`,
    'the same port answers HTTP POST',
    `genesis ${running.genesisHash}`,
    `head #${number} ${hash}`,
    settings.tmp ? 'kept in memory only' : `kept in ${settings.path}`,
    'Ctrl-C stops the chain.',
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
  await waitForAbort(signal)
  await running.stop()
}
