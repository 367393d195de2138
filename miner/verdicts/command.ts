import type { Command } from 'commander'
import { addAction, jsonOption, netuidOption } from '../../shared/chain/commands/command-options.ts'
import { printResult } from '../../shared/chain/commands/print-result.ts'
import { operatorPasswords } from '../../shared/identity/operator-passwords.ts'
import { readHotkey } from '../../shared/identity/read-wallet.ts'
import { parseHotkey } from '../../shared/identity/ss58.ts'
import { walletOptions } from '../../shared/identity/wallet-options.ts'
import { defineOptions } from '../../shared/settings/option.ts'
import { askVerdicts } from './ask-verdicts.ts'
import { renderVerdicts } from './render-verdicts.ts'

const verdictsOptions = defineOptions({
  ...netuidOption,
  ...walletOptions,
  ...jsonOption,
  passwordFile: { type: 'string', unit: 'file', description: 'file of mode 600 that holds the password of an encrypted key' },
  validatorUrl: { type: 'string', unit: 'url', required: true, description: 'where the validator serves verdicts (its --verdict-port)' },
  validatorHotkey: {
    type: 'string',
    unit: 'ss58',
    required: true,
    description: "the validator's hotkey: each verdict must bear its signature",
  },
  after: { type: 'integer', min: 0, default: 0, description: 'the place after which to begin, as the page before told' },
  limit: { type: 'integer', min: 1, max: 100, default: 50, description: 'verdicts of a page' },
})

/** Adds `assay miner verdicts`: what a validator decided on this miner's answers, and why. */
export function registerVerdictsCommand(miner: Command): void {
  const verdicts = miner.command('verdicts').description("show a validator's signed verdicts on this miner's answers, each in a sentence")
  addAction(verdicts, verdictsOptions, async (settings, command) => {
    const { walletPath: path, walletName: name, walletHotkey: hotkey, netuid, after, limit } = settings
    const pair = await readHotkey({ path, name, hotkey }, operatorPasswords(settings.passwordFile))
    const page = await askVerdicts(settings.validatorUrl, parseHotkey(settings.validatorHotkey), pair, { netuid, after, limit })
    printResult(command, settings.json, page, () => renderVerdicts(page))
  })
}
