import type { Command } from 'commander'
import { AssayError } from '../../errors/assay-error.ts'
import { pairFromUri } from '../../identity/key-pair.ts'
import { readColdkeyAddress } from '../../identity/read-wallet.ts'
import { readSs58OrNull } from '../../identity/ss58.ts'
import { walletOptions } from '../../identity/wallet-options.ts'
import { defineOptions } from '../../settings/option.ts'
import { formatAmount, parseAmount } from '../../util/format-amount.ts'
import { connectionOptions } from '../connection-options.ts'
import { nameNetwork } from '../resolve-network.ts'
import { addAction } from './command-options.ts'
import { withCommandChain } from './open-command-chain.ts'
import { assertLanded } from './sign-command.ts'

const options = defineOptions({
  ...connectionOptions,
  ...walletOptions,
  to: { type: 'string', unit: 'address', description: "who gets it; the wallet's coldkey unless given" },
  amount: { type: 'string', unit: 'tao', default: '1000', description: 'TAO to give, with at most nine decimals' },
})

/** Adds `assay chain fund`: an account of the embedded chain gets TAO of its development account Alice, whose key everybody knows. */
export function addChainFundCommand(chainCommand: Command): void {
  addAction(
    chainCommand.command('fund').description('give an account of the embedded chain some TAO to begin with'),
    options,
    async ({ to, amount, walletPath: path, walletName: name, ...connection }, command) => {
      const amountRao = parseAmount(amount)
      if (amountRao === null || amountRao === 0n)
        throw new AssayError('CLI_USAGE', { problem: `--amount ${amount} is no amount of TAO: expected a number above 0 such as 1.5.` })
      if (to !== undefined && readSs58OrNull(to) === null)
        throw new AssayError('CLI_USAGE', { problem: `--to ${to} is no address: expected one such as 5GrwvaEF...` })
      const account = to ?? (await readColdkeyAddress({ path, name }))
      const freeRao = await withCommandChain(connection, async chain => {
        const network = nameNetwork(chain.genesisHash)
        if (network !== null) throw new AssayError('CLI_USAGE', { problem: `This is ${network}: only the embedded chain gives TAO away.` })
        const what = `give ${formatAmount(amountRao)} TAO to ${account}`
        assertLanded(await chain.submitTransfer(pairFromUri('//Alice'), account, amountRao, { until: 'included' }), what)
        return await chain.readBalance(account)
      })
      command.configureOutput().writeOut?.(`${account} has ${formatAmount(freeRao)} TAO now.\n`)
    },
  )
}
