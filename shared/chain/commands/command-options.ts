import type { Command } from 'commander'
import { waitForCrypto } from '../../identity/crypto-ready.ts'
import { walletOptions } from '../../identity/wallet-options.ts'
import { addOptions, givenFlags } from '../../settings/add-options.ts'
import { loadSettings } from '../../settings/load-settings.ts'
import { defineOptions, flagOf, type OptionTable, type SettingsOf } from '../../settings/option.ts'
import { connectionOptions } from '../connection-options.ts'

export const netuidOption = defineOptions({
  netuid: { type: 'integer', required: true, min: 0, max: 65_535, envAliases: ['NETUID'], description: 'the subnet' },
})
export const jsonOption = defineOptions({ json: { type: 'boolean', default: false, description: 'print JSON instead of a table' } })

/** What a command needs that signs with the coldkey. */
export const signingOptions = defineOptions({
  ...connectionOptions,
  ...walletOptions,
  passwordFile: { type: 'string', unit: 'file', description: "file of mode 600 with the coldkey's password" },
  yes: { type: 'boolean', default: false, description: 'do not ask before signing; the network or endpoint must then be named' },
  dryRun: { type: 'boolean', default: false, description: 'show what would be done, and sign nothing' },
})

/** The flags that name the same chain and wallet again, as a person types them; with a blank before each. */
export function repeatFlags(settings: Readonly<Record<string, unknown>>): string {
  const table: OptionTable = { ...connectionOptions, ...walletOptions }
  return Object.entries(table)
    .flatMap(([key, option]) => {
      const value = settings[key]
      if (value === undefined || value === option.default) return []
      const text = Array.isArray(value) ? value.join(',') : String(value)
      return [` --${flagOf(key)} ${/^[\w./:@,~-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`}`]
    })
    .join('')
}

/** Gives a command the flags of a table, and an action that gets the settings which came of them. */
export function addAction<const T extends OptionTable>(
  command: Command,
  table: T,
  act: (settings: SettingsOf<T>, command: Command) => Promise<void>,
): Command {
  return addOptions(command, table).action(async () => {
    const flags = givenFlags(command, table)
    await waitForCrypto()
    await act(loadSettings(table, { flags, env: process.env, file: command.opts<{ config?: string }>().config }), command)
  })
}
