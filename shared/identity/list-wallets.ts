import { readdir } from 'node:fs/promises'
import { isAssayError } from '../errors/assay-error.ts'
import { parseKeyFile } from './key-file.ts'
import { isEncrypted } from './key-file-encryption.ts'
import { readBytes } from './read-private-file.ts'
import type { Ss58 } from './ss58.ts'
import { expandHome, isWalletName, locateWallet } from './wallet-location.ts'

/** One key as a list shows it; the address is null where only an encrypted file could tell it. */
export interface ListedKey {
  readonly name: string
  readonly address: Ss58 | null
  readonly state: 'plain' | 'encrypted' | 'public only' | 'absent' | 'unreadable'
  readonly problem?: string
}

export interface ListedWallet {
  readonly name: string
  readonly coldkey: ListedKey
  readonly hotkeys: readonly ListedKey[]
}

/** The wallets under a root, by name, without asking for any password. One broken file is listed as such and hides nothing. */
export async function listWallets(path: string): Promise<readonly ListedWallet[]> {
  const wallets: ListedWallet[] = []
  for (const name of await names(expandHome(path), 'folder')) wallets.push(await listWallet(path, name))
  return wallets
}

/** One wallet's keys. A wallet without a coldkey file is a node's normal state. */
export async function listWallet(path: string, name: string): Promise<ListedWallet> {
  const { coldkey, coldkeypub, hotkeysFolder } = locateWallet({ path, name })
  const hotkeys: ListedKey[] = []
  for (const hotkey of await names(hotkeysFolder, 'file')) {
    const files = locateWallet({ path, name, hotkey })
    hotkeys.push(await listKey(hotkey, files.hotkey, files.hotkeypub))
  }
  return { name, coldkey: await listKey('coldkey', coldkey, coldkeypub), hotkeys }
}

async function listKey(name: string, secretFile: string, publicFile: string): Promise<ListedKey> {
  try {
    const secret = await readIfThere(secretFile)
    const open = secret !== null && !isEncrypted(secret) ? parseKeyFile(secret.toString('utf8'), secretFile) : null
    const publicBytes = open === null ? await readIfThere(publicFile) : null
    const address = open?.address ?? (publicBytes === null ? null : parseKeyFile(publicBytes.toString('utf8'), publicFile).address)
    if (secret === null) return { name, address, state: address === null ? 'absent' : 'public only' }
    if (open === null) return { name, address, state: 'encrypted' }
    return { name, address, state: open.pair === null ? 'public only' : 'plain' }
  } catch (error) {
    if (!isAssayError(error)) throw error
    return { name, address: null, state: 'unreadable', problem: error.message }
  }
}

async function readIfThere(file: string): Promise<Buffer | null> {
  try {
    return (await readBytes(file)).content
  } catch (error) {
    if (isAssayError(error, 'WALLET_NOT_FOUND')) return null
    throw error
  }
}

/** Names of the entries of one kind that can be keys; hidden ones are leftovers of writes that did not finish, and public files are no names. */
async function names(folder: string, kind: 'file' | 'folder'): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries
    .filter(entry => !entry.name.startsWith('.') && (entry.isSymbolicLink() || (kind === 'file' ? entry.isFile() : entry.isDirectory())))
    .map(entry => entry.name)
    .filter(isWalletName)
    .sort()
}
