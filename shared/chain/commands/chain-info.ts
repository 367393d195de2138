import type { Command } from 'commander'
import { defineOptions } from '../../settings/option.ts'
import { formatAmount } from '../../util/format-amount.ts'
import { formatTable } from '../../util/format-table.ts'
import { connectionOptions } from '../connection-options.ts'
import { nameNetwork } from '../resolve-network.ts'
import { addChainFundCommand } from './chain-fund.ts'
import { addAction, jsonOption } from './command-options.ts'
import { withCommandChain } from './open-command-chain.ts'
import { printResult } from './print-result.ts'

const options = defineOptions({ ...connectionOptions, ...jsonOption })

/** Adds `assay chain fund`, and `assay chain info`: which chain an endpoint leads to, its runtime, its heads and the price of every subnet's alpha. */
export function registerChainInfoCommand(program: Command): void {
  const chainCommand = program.commands.find(command => command.name() === 'chain') ?? program.command('chain')
  // Else the flags that both have, --config, would be taken from `info`.
  chainCommand.enablePositionalOptions()
  addChainFundCommand(chainCommand)
  addAction(chainCommand.command('info').description('show which chain an endpoint leads to'), options, async (settings, command) => {
    const info = await withCommandChain(settings, async chain => {
      const [head, finalised, prices] = await Promise.all([chain.readHead(), chain.readFinalisedHead(), chain.readAlphaPrices()])
      const { endpoint, genesisHash, specName, specVersion, blockTimeMs } = chain
      return { network: nameNetwork(genesisHash), endpoint, genesisHash, specName, specVersion, blockTimeMs, head, finalised, prices }
    })
    printResult(command, settings.json, info, () =>
      [
        `network     ${info.network ?? '(no known name)'}`,
        `endpoint    ${info.endpoint}`,
        `genesis     ${info.genesisHash}`,
        `runtime     ${info.specName} ${info.specVersion}`,
        `block time  ${info.blockTimeMs} ms`,
        `head        #${info.head.number} ${info.head.hash}`,
        `finalised   #${info.finalised.number} ${info.finalised.hash}`,
        formatTable(
          ['subnet', 'TAO per alpha'],
          info.prices.map(({ netuid, priceRao }) => [String(netuid), formatAmount(priceRao)]),
        ),
      ].join('\n'),
    )
  })
}
