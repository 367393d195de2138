import type { ListedKey, ListedWallet } from './list-wallets.ts'

/** The table that `assay wallet list` prints. */
export function showWallets(wallets: readonly ListedWallet[], path: string): string {
  if (wallets.length === 0) return `There are no wallets in ${path}.\n`
  const lines = wallets.flatMap(wallet => [
    wallet.name,
    line(wallet.coldkey, 'coldkey'),
    ...wallet.hotkeys.map(key => line(key, `hotkey ${key.name}`)),
  ])
  return `${lines.join('\n')}\n`
}

function line(key: ListedKey, label: string): string {
  return `  ${label.padEnd(24)} ${(key.address ?? '-').padEnd(48)} ${key.problem ?? key.state}`
}
