import type { Command } from 'commander'
import { defineOptions } from '../../settings/option.ts'
import { countOf } from '../../util/count-of.ts'
import { formatAmount } from '../../util/format-amount.ts'
import { formatTable } from '../../util/format-table.ts'
import type { Metagraph } from '../chain-port.ts'
import { connectionOptions } from '../connection-options.ts'
import { addAction, jsonOption, netuidOption } from './command-options.ts'
import { withCommandChain } from './open-command-chain.ts'
import { printResult } from './print-result.ts'

const options = defineOptions({ ...netuidOption, ...connectionOptions, ...jsonOption })

/** Adds `assay metagraph`: every neuron of a subnet. */
export function registerMetagraphCommand(program: Command): void {
  addAction(program.command('metagraph').description('show the neurons of a subnet'), options, async (settings, command) => {
    const found = await withCommandChain(settings, async chain => {
      const metagraph = await chain.readMetagraph(settings.netuid)
      return { ...metagraph, alphaPriceRao: await chain.readAlphaPrice(settings.netuid, metagraph.blockHash) }
    })
    printResult(command, settings.json, found, () => renderMetagraph(found, found.alphaPriceRao))
  })
}

/** The subnet in three lines and its neurons as a table; shares are of 1, amounts in TAO and alpha. */
export function renderMetagraph(
  { netuid, block, tempo, registrationCostRao, ownerHotkey, neurons }: Metagraph,
  alphaPriceRao: bigint,
): string {
  const share = (u16: number) => (u16 / 65_535).toFixed(4)
  const rows = neurons.map(neuron => [
    neuron.hotkey,
    String(neuron.uid),
    formatAmount(neuron.totalStakeRao, 3),
    neuron.validatorPermit ? 'yes' : '',
    share(neuron.incentive),
    share(neuron.dividends),
    share(neuron.consensus),
    formatAmount(neuron.emissionRao, 6),
    neuron.lastUpdateBlock === 0 ? 'never' : String(block - neuron.lastUpdateBlock),
    neuron.active ? 'yes' : 'no',
    neuron.axon === null ? '-' : `${neuron.axon.host.includes(':') ? `[${neuron.axon.host}]` : neuron.axon.host}:${neuron.axon.port}`,
  ])
  const header = ['hotkey', 'uid', 'stake', 'permit', 'incentive', 'dividends', 'consensus', 'alpha/epoch', 'updated', 'active', 'axon']
  return [
    `subnet ${netuid} at block ${block}: ${countOf(neurons.length, 'neuron')}, tempo ${tempo}, registering costs ${formatAmount(registrationCostRao)} TAO`,
    `an alpha costs ${formatAmount(alphaPriceRao)} TAO`,
    `owner ${ownerHotkey}; updated: blocks since the last weights`,
    formatTable(header, rows),
  ].join('\n')
}
