import { AssayError } from '../errors/assay-error.ts'
import { listWallet } from './list-wallets.ts'
import type { Ss58 } from './ss58.ts'

/** The address of a wallet's hotkey, without opening it. Throws CLI_USAGE where the wallet has no readable hotkey of that name. */
export async function findKeyAddress(wallet: {
  readonly walletPath: string
  readonly walletName: string
  readonly walletHotkey: string
}): Promise<Ss58> {
  const { hotkeys } = await listWallet(wallet.walletPath, wallet.walletName)
  const address = hotkeys.find(({ name }) => name === wallet.walletHotkey)?.address
  if (address !== undefined && address !== null) return address
  const problem = `Wallet ${wallet.walletName} in ${wallet.walletPath} has no readable hotkey ${wallet.walletHotkey}: see assay wallet list.`
  throw new AssayError('CLI_USAGE', { problem })
}
