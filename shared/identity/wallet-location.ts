import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { AssayError } from '../errors/assay-error.ts'

/** Which wallet is meant: a name under a root folder, and one of its hotkeys. */
export interface WalletLocation {
  /** The root of all wallets. */
  readonly path: string
  readonly name: string
  readonly hotkey: string
}

/** Where the parts of a wallet lie, in the layout that the field's tools share. */
export interface WalletFiles {
  readonly folder: string
  readonly coldkey: string
  readonly coldkeypub: string
  readonly hotkeysFolder: string
  readonly hotkey: string
  readonly hotkeypub: string
}

export const defaultWallet: WalletLocation = { path: '~/.bittensor/wallets', name: 'default', hotkey: 'default' }

/** The files of a wallet as absolute paths; nothing is read. Throws WALLET_NAME on names that could leave the folder. */
export function locateWallet(location: Partial<WalletLocation> = {}): WalletFiles {
  const { path, name, hotkey } = { ...defaultWallet, ...location }
  const folder = join(expandHome(path), assertName(name))
  const hotkeysFolder = join(folder, 'hotkeys')
  return {
    folder,
    coldkey: join(folder, 'coldkey'),
    coldkeypub: join(folder, 'coldkeypub.txt'),
    hotkeysFolder,
    hotkey: join(hotkeysFolder, assertName(hotkey)),
    hotkeypub: join(hotkeysFolder, `${hotkey}pub.txt`),
  }
}

/** The root folder as an absolute path, with ~ read as the home folder. */
export function expandHome(path: string): string {
  return resolve(path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path)
}

/** Says whether a name can be that of a wallet or hotkey; `xpub.txt` cannot, because it is the public file of hotkey x. */
export function isWalletName(name: string): boolean {
  return /^[\p{L}\p{N}_-][\p{L}\p{N} ._-]{0,63}$/u.test(name) && !name.endsWith('pub.txt')
}

function assertName(name: string): string {
  if (!isWalletName(name)) throw new AssayError('WALLET_NAME', { name: JSON.stringify(name) })
  return name
}
