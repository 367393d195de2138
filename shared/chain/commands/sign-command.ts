import { createInterface } from 'node:readline/promises'
import { AssayError } from '../../errors/assay-error.ts'
import { promptSecret } from '../../identity/prompt-secret.ts'
import { readColdkey } from '../../identity/read-wallet.ts'
import type { SettingsOf } from '../../settings/option.ts'
import type { Signer, SubmitOutcome } from '../chain-port.ts'
import type { SubstrateChain } from '../connect-substrate-chain.ts'
import { namesChain } from '../connection-options.ts'
import { adviseOn } from '../error-advice.ts'
import type { signingOptions } from './command-options.ts'
import { describeChain } from './open-command-chain.ts'

export type SigningSettings = SettingsOf<typeof signingOptions>
export type Landed = Exclude<SubmitOutcome, { status: 'failed' } | { status: 'refused' }>

/**
 * Asks the person, opens the coldkey, submits, and gives the final outcome; null after --dry-run or a "no", when nothing was signed.
 * Throws CLI_USAGE where nobody can be asked, the WALLET_ codes, and CHAIN_REFUSED with what to do.
 */
export async function signCommand(
  chain: SubstrateChain,
  settings: SigningSettings,
  what: string,
  submit: (coldkey: Signer) => Promise<SubmitOutcome>,
): Promise<Landed | null> {
  if (settings.dryRun) {
    process.stderr.write(`Nothing was signed (--dry-run): ${what}.\n`)
    return null
  }
  if (!(await isConfirmed(chain, settings, what))) {
    process.stderr.write('Nothing was signed.\n')
    return null
  }
  const { walletPath: path, walletName: name, walletHotkey: hotkey, passwordFile } = settings
  const coldkey = await readColdkey(
    { path, name, hotkey },
    {
      env: process.env,
      ...(passwordFile !== undefined && { passwordFile }),
      ...(process.stdin.isTTY && { prompt: (question: string) => promptSecret(question) }),
    },
  )
  return assertLanded(await submit(coldkey), what)
}

/** Takes an outcome that took effect. Throws CHAIN_REFUSED with the chain's reason and what to do about it. */
export function assertLanded(outcome: SubmitOutcome, what: string): Landed {
  if (outcome.status !== 'failed' && outcome.status !== 'refused') return outcome
  const { error, docs } = outcome
  const reason = docs === '' ? error : `${error} (${docs})`
  throw new AssayError('CHAIN_REFUSED', { what, error, docs, reason, advice: adviseOn(error).advice })
}

/** --yes stands for the answer only where the chain was named too: the default endpoint may be any chain. */
async function isConfirmed(chain: SubstrateChain, settings: SigningSettings, what: string): Promise<boolean> {
  if (settings.yes) {
    if (namesChain(settings)) return true
    throw new AssayError('CLI_USAGE', { problem: `--yes signs without asking: name the chain too (--network or --chain-endpoint).` })
  }
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new AssayError('CLI_USAGE', { problem: `Nobody can be asked whether to ${what}: run it at a terminal, or add --yes.` })
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await terminal.question(`${describeChain(chain)}\n${what}: sign? [y/N] `)).trim())
  } finally {
    terminal.close()
  }
}
