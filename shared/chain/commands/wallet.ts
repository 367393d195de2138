import type { Command } from 'commander'
import { AssayError } from '../../errors/assay-error.ts'
import { findKeyAddress } from '../../identity/find-key-address.ts'
import { listWallet } from '../../identity/list-wallets.ts'
import { readColdkeyAddress } from '../../identity/read-wallet.ts'
import { walletOptions } from '../../identity/wallet-options.ts'
import { defineOptions, type SettingsOf } from '../../settings/option.ts'
import { formatAmount, parseAmount } from '../../util/format-amount.ts'
import { formatTable } from '../../util/format-table.ts'
import { connectionOptions } from '../connection-options.ts'
import { type StakeLimit, stakeCall } from '../stake-call.ts'
import { addAction, jsonOption, netuidOption, signingOptions } from './command-options.ts'
import { describeStakeQuote } from './describe-stake-quote.ts'
import { withCommandChain } from './open-command-chain.ts'
import { printResult } from './print-result.ts'
import { signCommand } from './sign-command.ts'

const raoPerUnit = 1_000_000_000n

const balanceOptions = defineOptions({ ...connectionOptions, ...walletOptions, ...jsonOption })
const stakeOptions = defineOptions({
  ...netuidOption,
  ...signingOptions,
  amount: { type: 'string', unit: 'tao', required: true, description: 'TAO to stake, with at most nine decimals' },
  limitPrice: { type: 'string', unit: 'tao', description: 'the dearest that an alpha may become while you buy, in TAO' },
  allowPartial: { type: 'boolean', default: false, description: 'buy what the limit price allows, not all or nothing' },
})

/** Adds `assay wallet balance` and `assay wallet stake`; the keys' own verbs are registered where the keys live. */
export function registerWalletChainCommands(program: Command): void {
  const wallet = program.commands.find(command => command.name() === 'wallet') ?? program.command('wallet')
  addAction(
    wallet.command('balance').description("show the coldkey's free TAO and the stake on the wallet's hotkeys"),
    balanceOptions,
    showBalance,
  )
  addAction(wallet.command('stake').description("stake TAO of the coldkey on the wallet's hotkey"), stakeOptions, stake)
}

async function stake(settings: SettingsOf<typeof stakeOptions>, command: Command): Promise<void> {
  const { netuid } = settings
  const amountRao = demandAmount('--amount', settings.amount)
  const limit = readLimit(settings)
  const hotkey = await findKeyAddress(settings)
  await withCommandChain(settings, async chain => {
    // Runtimes have a price for subnets that are not there too.
    if ((await chain.readStorage('subtensorModule', 'networksAdded', [netuid])) === false)
      throw new AssayError('CHAIN_SUBNET_UNKNOWN', { netuid })
    const [priceRao, quote] = await Promise.all([chain.readAlphaPrice(netuid), chain.readStakeQuote(netuid, amountRao)])
    process.stderr.write(`${describeStakeQuote({ netuid, amountRao, ...(limit && { limit }) }, priceRao, quote)}\n`)
    const what = `stake ${formatAmount(amountRao)} TAO on ${hotkey} in subnet ${netuid}${describeLimit(limit)}`
    const landed = await signCommand(chain, settings, what, coldkey =>
      chain.submitCall(coldkey, stakeCall(netuid, hotkey, amountRao, limit), { until: 'finalised' }),
    )
    // How much of an order with a limit went through is for the chain to say: what was asked for must not look like it.
    const hint = settings.allowPartial ? ' Only what the limit allowed: assay wallet balance shows what was staked.' : ''
    if (landed !== null) command.configureOutput().writeOut?.(`Done in block ${landed.block.number}: ${what}.${hint}\n`)
  })
}

function readLimit({ limitPrice, allowPartial }: SettingsOf<typeof stakeOptions>): StakeLimit | undefined {
  if (limitPrice !== undefined) return { priceRao: demandAmount('--limit-price', limitPrice), allowPartial }
  if (allowPartial) throw new AssayError('CLI_USAGE', { problem: '--allow-partial only means something with --limit-price.' })
  return undefined
}

function demandAmount(flag: string, text: string): bigint {
  const rao = parseAmount(text)
  if (rao === null || rao === 0n)
    throw new AssayError('CLI_USAGE', { problem: `${flag} ${text} is no amount of TAO: expected a number above 0 such as 1.5.` })
  return rao
}

function describeLimit(limit: StakeLimit | undefined): string {
  if (limit === undefined) return ''
  return ` at no more than ${formatAmount(limit.priceRao)} TAO per alpha${limit.allowPartial ? ', a part of it if need be' : ''}`
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
    const netuids = [...new Set(stakes.map(({ netuid }) => netuid))]
    const prices = new Map(await Promise.all(netuids.map(async netuid => [netuid, await chain.readAlphaPrice(netuid)] as const)))
    const worth = stakes.map(stake => {
      const priceRao = prices.get(stake.netuid) ?? 0n
      const name = hotkeys.find(({ address }) => address === stake.hotkey)?.name ?? ''
      return { ...stake, name, priceRao, worthRao: (stake.alphaRao * priceRao) / raoPerUnit }
    })
    return { coldkey, freeRao, stakedWorthRao: worth.reduce((sum, { worthRao }) => sum + worthRao, 0n), stakes: worth }
  })
  printResult(command, settings.json, found, () => {
    const rows = found.stakes.map(stake => [
      ...[stake.name, stake.hotkey, String(stake.netuid), formatAmount(stake.alphaRao)],
      ...[formatAmount(stake.priceRao), formatAmount(stake.worthRao)],
    ])
    const lines = [
      `coldkey ${coldkey}`,
      `free    ${formatAmount(found.freeRao)} TAO`,
      `staked  ${formatAmount(found.stakedWorthRao)} TAO at today's prices, before what selling it moves them`,
    ]
    const header = ['hotkey', 'address', 'subnet', 'alpha', 'price', 'TAO']
    return [...lines, rows.length === 0 ? 'no stake on its hotkeys' : formatTable(header, rows)].join('\n')
  })
}
