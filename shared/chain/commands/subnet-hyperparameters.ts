import type { Command } from 'commander'
import { findColdkeyAddress } from '../../identity/read-wallet.ts'
import { defineOptions } from '../../settings/option.ts'
import { formatTable } from '../../util/format-table.ts'
import type { Signer } from '../chain-port.ts'
import { connectionOptions } from '../connection-options.ts'
import { describeLimits, ownerHyperparameters } from '../hyperparameter-table.ts'
import { findHyperparameter, formatHyperparameter, parseHyperparameter } from '../parse-hyperparameter.ts'
import { assertPossible, type HyperparameterPlan, planHyperparameter } from '../plan-hyperparameter.ts'
import { addAction, jsonOption, netuidOption, signingOptions } from './command-options.ts'
import { withCommandChain } from './open-command-chain.ts'
import { printResult } from './print-result.ts'
import { signCommand } from './sign-command.ts'

const getOptions = defineOptions({ ...netuidOption, ...connectionOptions, ...jsonOption })
const setOptions = defineOptions({
  ...netuidOption,
  ...signingOptions,
  name: { type: 'string', required: true, aliases: ['param'], description: 'the hyperparameter, by the name that get shows' },
  value: { type: 'string', required: true, description: 'its new value' },
})

/** Adds `get` and `set` to `assay subnet hyperparameters`. */
export function registerHyperparameterCommands(group: Command): void {
  addAction(
    group.command('get').description('show every hyperparameter, who may set it, and its limits'),
    getOptions,
    async (settings, command) => {
      const values = await withCommandChain(settings, async chain => {
        const { all } = await chain.readHyperparameters(settings.netuid)
        return Object.entries(all).map(([name, value]) => ({ name, value, ...describe(name) }))
      })
      printResult(command, settings.json, values, () =>
        formatTable(
          ['hyperparameter', 'value', 'who', 'limits'],
          values.map(({ name, value, who, limits }) => [name, String(value), who, limits]),
        ),
      )
    },
  )

  addAction(group.command('set').description('change one, after showing what stands against it'), setOptions, async (settings, command) => {
    const { netuid, name, value, walletPath, walletName } = settings
    const row = findHyperparameter(name)
    const parsed = parseHyperparameter(name, value)
    const coldkey = await findColdkeyAddress({ path: walletPath, name: walletName })
    const print = (text: string) => command.configureOutput().writeOut?.(`${text}\n`)
    await withCommandChain(settings, async chain => {
      const plan = await planHyperparameter(chain, { netuid, name, value, coldkey })
      print(renderPlan(plan, coldkey))
      assertPossible(plan)
      const args = typeof parsed === 'object' ? [netuid, ...parsed] : [netuid, row.kind === 'fixed' ? { bits: parsed } : parsed]
      const what = `set ${name} of subnet ${netuid} from ${plan.before} to ${plan.after}`
      const landed = await signCommand(chain, settings, what, (signer: Signer) =>
        chain.submitCall(signer, { pallet: row.pallet ?? 'adminUtils', call: row.call, args }, { until: 'finalised' }),
      )
      if (landed === null) return
      const stored = await chain.readStorage('subtensorModule', row.storage, [netuid], landed.block.hash)
      print(`${name} is ${formatHyperparameter(row, stored)} since block ${landed.block.number}.`)
    })
  })
}

/** The plan as people read it. */
export function renderPlan(plan: HyperparameterPlan, coldkey: string | null): string {
  const { block, allowedFromBlock, frozenFromBlock, nextEpochBlock } = plan
  const yours = coldkey === null ? 'this wallet has no coldkeypub.txt' : coldkey === plan.ownerColdkey ? 'this wallet' : 'not this wallet'
  return [
    `hyperparameter  ${plan.name}: ${plan.meaning}`,
    `now             ${plan.before}`,
    `then            ${plan.after}`,
    `limits          ${plan.limits}`,
    `who             the owner's coldkey ${plan.ownerColdkey} (${yours})`,
    `rate limit      ${allowedFromBlock <= block + 1 ? 'a change is allowed' : `a change is allowed from block ${allowedFromBlock} on`}`,
    `freeze window   ${frozenFromBlock === null ? 'none' : `blocks ${frozenFromBlock} to ${(nextEpochBlock ?? 0) - 1}, before the epoch of block ${nextEpochBlock}`}`,
    `block           ${block}`,
  ].join('\n')
}

/** Names that the chain's list spells otherwise than its calls do. */
const listedAs: Readonly<Record<string, string>> = { alpha_low: 'alpha_values', alpha_high: 'alpha_values', yuma_version: 'yuma3_enabled' }

function describe(name: string): { readonly who: string; readonly limits: string; readonly meaning: string } {
  const settable = listedAs[name] ?? name
  const row = Object.hasOwn(ownerHyperparameters, settable) ? ownerHyperparameters[settable] : undefined
  if (row === undefined) return { who: 'root', limits: '', meaning: '' }
  const limits = settable === name ? describeLimits(row) : `set ${settable}: ${describeLimits(row)}`
  return { who: 'owner', limits, meaning: row.meaning }
}
