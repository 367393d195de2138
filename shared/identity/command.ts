import { type Command, Option } from 'commander'
import { AssayError } from '../errors/assay-error.ts'
import { loadSettings } from '../settings/load-settings.ts'
import { envOf, flagOf } from '../settings/option.ts'
import { assertFree, createColdkey, createHotkey } from './create-wallet.ts'
import { waitForCrypto } from './crypto-ready.ts'
import { listWallet, listWallets } from './list-wallets.ts'
import { promptSecret } from './prompt-secret.ts'
import { readMnemonic } from './read-mnemonic.ts'
import { passwordVariable, readPassword } from './read-password.ts'
import { showWallets } from './show-wallets.ts'
import { locateWallet, type WalletLocation } from './wallet-location.ts'
import { walletOptions } from './wallet-options.ts'

interface WalletFlags {
  readonly 'wallet.path': string
  readonly 'wallet.name': string
  readonly 'wallet.hotkey': string
  readonly password: boolean
  readonly passwordFile?: string
  readonly mnemonicFile?: string
  readonly json?: boolean
}

/** Adds `assay wallet` with its verbs to the program. */
export function registerWalletCommand(program: Command): void {
  const wallet = program.command('wallet').description('create, list and restore the keys of a miner, validator or owner')
  verb(wallet, 'create', 'draw a coldkey (encrypted) and a hotkey, and write both')
    .addOption(noPassword())
    .addOption(passwordFile())
    .action(guarded(create))
  verb(wallet, 'new-hotkey', 'draw one more hotkey for a wallet').action(guarded(newHotkey))
  verb(wallet, 'list', 'show every wallet under the folder').option('--json', 'print JSON').action(guarded(list))
  verb(wallet, 'show', 'show one wallet').option('--json', 'print JSON').action(guarded(show))
  verb(wallet, 'regen-coldkey', 'write the coldkey of a mnemonic that you have')
    .addOption(mnemonicFile())
    .addOption(noPassword())
    .addOption(passwordFile())
    .action(guarded(regenColdkey))
  verb(wallet, 'regen-hotkey', 'write the hotkey of a mnemonic that you have').addOption(mnemonicFile()).action(guarded(regenHotkey))
}

type Action = (flags: WalletFlags, print: (text: string) => void) => Promise<void>

const create: Action = async (flags, print) => {
  const files = locateWallet(locationOf(flags))
  await assertFree(files.coldkey, files.coldkeypub, files.hotkey, files.hotkeypub)
  const coldkey = await createColdkey(locationOf(flags), { password: await newPassword(files.coldkey, flags) })
  const hotkey = await createHotkey(locationOf(flags))
  print(`coldkey ${coldkey.address} written to ${coldkey.file}\n  mnemonic: ${coldkey.mnemonic}\n`)
  print(`hotkey  ${hotkey.address} written to ${hotkey.file}\n  mnemonic: ${hotkey.mnemonic}\n`)
  print('Write both mnemonics down on paper now: they are shown only here, and whoever has them has the keys.\n')
}

const newHotkey: Action = async (flags, print) => {
  const hotkey = await createHotkey(locationOf(flags))
  print(
    `hotkey ${hotkey.address} written to ${hotkey.file}\n  mnemonic: ${hotkey.mnemonic}\nWrite the mnemonic down on paper now: it is shown only here.\n`,
  )
}

const regenColdkey: Action = async (flags, print) => {
  const { coldkey, coldkeypub } = locateWallet(locationOf(flags))
  await assertFree(coldkey, coldkeypub)
  const mnemonic = await readMnemonic(flags.mnemonicFile ?? '-')
  const { address, file } = await createColdkey(locationOf(flags), { mnemonic, password: await newPassword(coldkey, flags) })
  print(`coldkey ${address} written to ${file}\n`)
}

const regenHotkey: Action = async (flags, print) => {
  const { hotkey, hotkeypub } = locateWallet(locationOf(flags))
  await assertFree(hotkey, hotkeypub)
  const { address, file } = await createHotkey(locationOf(flags), await readMnemonic(flags.mnemonicFile ?? '-'))
  print(`hotkey ${address} written to ${file}\n`)
}

const list: Action = async (flags, print) => {
  const wallets = await listWallets(flags['wallet.path'])
  print(flags.json ? `${JSON.stringify(wallets, null, 2)}\n` : showWallets(wallets, flags['wallet.path']))
}

const show: Action = async (flags, print) => {
  const wallet = await listWallet(flags['wallet.path'], flags['wallet.name'])
  if (wallet.coldkey.state === 'absent' && wallet.hotkeys.length === 0)
    throw new AssayError('WALLET_NOT_FOUND', { file: locateWallet(locationOf(flags)).folder })
  print(flags.json ? `${JSON.stringify(wallet, null, 2)}\n` : showWallets([wallet], flags['wallet.path']))
}

/** A verb with the wallet flags of the field, and with the flags that would carry a secret declared only to be refused. */
function verb(wallet: Command, name: string, description: string): Command {
  return wallet
    .command(name)
    .description(description)
    .addOption(walletFlag('walletPath'))
    .addOption(walletFlag('walletName'))
    .addOption(walletFlag('walletHotkey'))
    .addOption(new Option('--mnemonic [words...]').hideHelp())
    .addOption(new Option('--seed [hex]').hideHelp())
    .addOption(new Option('--coldkey-password, --wallet-password [text]').hideHelp())
    .allowExcessArguments()
}

/** Runs a verb after refusing secrets on the command line: --mnemonic, --seed, a password, or words without a flag. */
function guarded(action: Action): (flags: Partial<WalletFlags>, command: Command) => Promise<void> {
  return async (flags, command) => {
    assertNoSecret(command)
    await waitForCrypto()
    const given = { walletPath: flags['wallet.path'], walletName: flags['wallet.name'], walletHotkey: flags['wallet.hotkey'] }
    const { walletPath, walletName, walletHotkey } = loadSettings(walletOptions, { flags: given, env: process.env })
    const named = { 'wallet.path': walletPath, 'wallet.name': walletName, 'wallet.hotkey': walletHotkey }
    await action({ password: true, ...flags, ...named }, text => command.configureOutput().writeOut?.(text))
  }
}

/** As every other program has it; what is not given is looked up later, in the environment too. */
function walletFlag(key: keyof typeof walletOptions): Option {
  const { aliases, unit, description, default: preset } = walletOptions[key]
  return new Option(`--${flagOf(key)}, --${aliases[0]} <${unit}>`, `${description} (default: ${JSON.stringify(preset)}) [${envOf(key)}]`)
}

function assertNoSecret(command: Command): void {
  const flagged = ['mnemonic', 'seed', 'walletPassword'].some(name => command.getOptionValue(name) !== undefined)
  const words = command.args.length >= 3 || command.args.some(word => /^(0x)?[0-9a-f]{64}/i.test(word))
  if (flagged || words || (command.args.length > 0 && command.name().startsWith('regen'))) throw new AssayError('WALLET_SECRET_IN_ARGV')
  if (command.args.length > 0)
    throw new AssayError('CLI_USAGE', { problem: `Unexpected argument ${command.args[0]}; name a wallet with --wallet.name.` })
}

function locationOf(flags: WalletFlags): WalletLocation {
  return { path: flags['wallet.path'], name: flags['wallet.name'], hotkey: flags['wallet.hotkey'] }
}

/** The password for a new coldkey, asked twice at a terminal; null with --no-password. */
async function newPassword(file: string, flags: WalletFlags): Promise<string | null> {
  if (!flags.password) return null
  const prompt = process.stdin.isTTY && process.stderr.isTTY ? promptTwice : undefined
  const sources = { env: process.env, ...(flags.passwordFile && { passwordFile: flags.passwordFile }), ...(prompt && { prompt }) }
  const { candidates, source } = await readPassword(file, sources)
  if (source.startsWith(passwordVariable(file))) process.stderr.write(`Password taken from ${source}.\n`)
  return candidates[0] ?? null
}

async function promptTwice(question: string): Promise<string> {
  const first = await promptSecret(`New ${question.toLowerCase()}`)
  if ((await promptSecret('The same again: ')) !== first)
    throw new AssayError('CLI_USAGE', { problem: 'The two passwords differ; nothing was written.' })
  return first
}

function noPassword(): Option {
  return new Option('--no-password', 'write the coldkey unencrypted')
}

function passwordFile(): Option {
  return new Option('--password-file <file>', 'file of mode 600 that holds the password')
}

function mnemonicFile(): Option {
  return new Option('--mnemonic-file <file>', 'file of mode 600 that holds the words; - reads standard input').default('-')
}
