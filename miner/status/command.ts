import type { Command } from 'commander'
import { jsonOption } from '../../shared/chain/commands/command-options.ts'
import { printResult } from '../../shared/chain/commands/print-result.ts'
import { assertPrivate, readBytes } from '../../shared/identity/read-private-file.ts'
import { addOptions, givenFlags } from '../../shared/settings/add-options.ts'
import { loadSettings } from '../../shared/settings/load-settings.ts'
import { defineOptions } from '../../shared/settings/option.ts'
import { readStatus } from './read-status.ts'
import { renderStatus } from './render-status.ts'

const statusOptions = defineOptions({
  url: { type: 'string', unit: 'url', default: 'http://127.0.0.1:8091', description: 'the running miner' },
  apiKeyFile: { type: 'string', unit: 'file', description: 'file of mode 600 that holds an API key, to ask a miner on another machine' },
  ...jsonOption,
})

/** Adds `assay miner status`: what a running miner does now, how fast, for whom, and what the chain gave for it. */
export function registerStatusCommand(miner: Command): void {
  const command = miner
    .command('status')
    .description('show what a running miner does: tokens/s, queue, batch, times, memory, callers, refusals')
  addOptions(command, statusOptions).action(async () => {
    const flags = givenFlags(command, statusOptions)
    const settings = loadSettings(statusOptions, { flags, env: process.env, file: command.opts<{ config?: string }>().config })
    const status = await readStatus(settings.url, settings.apiKeyFile === undefined ? undefined : await readKey(settings.apiKeyFile))
    printResult(command, settings.json, status, () => renderStatus(status))
  })
}

async function readKey(file: string): Promise<string> {
  const { content, mode } = await readBytes(file)
  assertPrivate(file, mode)
  return content.toString('utf8').trim()
}
