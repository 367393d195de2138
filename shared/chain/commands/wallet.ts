import type { Command } from 'commander'
import { AssayError } from '../../errors/assay-error.ts'
import { findKeyAddress } from '../../identity/find-key-address.ts'
import { listWallet } from '../../identity/list-wallets.ts'
import { readColdkeyAddress } from '../../identity/read-wallet.ts'
import { walletOptions } from '../../identity/wallet-options.ts'
import { defineOptions } from '../../settings/option.ts'
import { formatAmount, parseAmount } from '../../util/format-amount.ts'
import { formatTable } from '../../util/format-table.ts'
import { connectionOptions } from '../connection-options.ts'
import { addAction, jsonOption, netuidOption, signingOptions } from './command-options.ts'
import { withCommandChain } from './open-command-chain.ts'
import { printResult } from './print-result.ts'
import { signCommand } from './sign-command.ts'

const balanceOptions = defineOptions({ ...connectionOptions, ...walletOptions, ...jsonOption })
const stakeOptions = defineOptions({
  ...netuidOption,
  ...signingOptions,
  amount: { type: 'string', unit: 'tao', required: true, description: 'TAO to stake, with at most nine decimals' },
})

/** Adds `assay wallet balance` and `assay wallet stake`; the keys' own verbs are registered where the keys live. */
export function registerWalletChainCommands(program: Command): void {
  const wallet = program.commands.find(command => command.name() === 'wallet') ?? program.command('wallet')
  addAction(
    wallet.command('balance').description("show the coldkey's free TAO and the stake on the wallet's hotkeys"),
    balanceOptions,
    showBalance,
  )
  addAction(
    wallet.command('stake').description("stake TAO of the coldkey on the wallet's hotkey"),
    stakeOptions,
    async (settings, command) => {
      const { netuid } = settings
      const amountRao = parseAmount(settings.amount)
      if (amountRao === null || amountRao === 0n)
        throw new AssayError('CLI_USAGE', {
          problem: `--amount ${settings.amount} is no amount of TAO: expected a number above 0 such as 1.5.`,
        })
      const hotkey = await findKeyAddress(settings)
      await withCommandChain(settings, async chain => {
        const what = `stake ${formatAmount(amountRao)} TAO on ${hotkey} in subnet ${netuid}`
        const landed = await signCommand(chain, settings, what, coldkey =>
          chain.submitAddStake(coldkey, netuid, hotkey, amountRao, { until: 'finalised' }),
        )
        if (landed !== null) command.configureOutput().writeOut?.(`Done in block ${landed.block.number}: ${what}.\n`)
      })
    },
  )
}

async function showBalance(
  settings: { walletPath: string; walletName: string; json: boolean } & Parameters<typeof withCommandChain>[0],
  command: Command,
): Promise<void> {
  const { walletPath: path, walletName: name } = settings
  const coldkey = await readColdkeyAddress({ path, name })
  const hotkeys = (await listWallet(path, name)).hotkeys.flatMap(key =>
    key.address === null ? [] : [{ name: key.name, address: key.address }],
  )
  const found = await withCommandChain(settings, async chain => {
    const [freeRao, stakes] = await Promise.all([chain.readBalance(coldkey), chain.readStakes(hotkeys.map(({ address }) => address))])
    return {
      ...{ coldkey, freeRao },
      stakes: stakes.map(stake => ({ ...stake, name: hotkeys.find(({ address }) => address === stake.hotkey)?.name ?? '' })),
    }
  })
  printResult(command, settings.json, found, () => {
    const rows = found.stakes.map(stake => [stake.name, stake.hotkey, String(stake.netuid), formatAmount(stake.alphaRao)])
    const lines = [`coldkey ${coldkey}`, `free    ${formatAmount(found.freeRao)} TAO`]
    return [...lines, rows.length === 0 ? 'no stake on its hotkeys' : formatTable(['hotkey', 'address', 'subnet', 'alpha'], rows)].join(
      '\n',
    )
  })
}
