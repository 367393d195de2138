import { AssayError, isAssayError } from '../errors/assay-error.ts'
import type { KeyPair } from './key-pair.ts'
import { type ReadKeyOptions, readKeyFile } from './read-key-file.ts'
import { type Coldkey, parseColdkey } from './ss58.ts'
import { locateWallet, type WalletLocation } from './wallet-location.ts'

/** The hotkey of a wallet, ready to sign. Throws the WALLET_ codes of readKeyFile, and WALLET_NO_SECRET for a public file. */
export function readHotkey(location: Partial<WalletLocation>, options: ReadKeyOptions = {}): Promise<KeyPair> {
  return readPair(locateWallet(location).hotkey, options)
}

/** The coldkey of a wallet, ready to sign; it is mostly encrypted, and opening it takes some seconds. Throws as readHotkey. */
export function readColdkey(location: Partial<WalletLocation>, options: ReadKeyOptions = {}): Promise<KeyPair> {
  return readPair(locateWallet(location).coldkey, options)
}

/** The coldkey's address from coldkeypub.txt: all that a node needs of its coldkey. Throws WALLET_NOT_FOUND and WALLET_CORRUPT. */
export async function readColdkeyAddress(location: Partial<WalletLocation>): Promise<Coldkey> {
  const { address } = await readKeyFile(locateWallet(location).coldkeypub)
  return parseColdkey(address)
}

/** As readColdkeyAddress, with null where the wallet has no coldkeypub.txt. */
export async function findColdkeyAddress(location: Partial<WalletLocation>): Promise<Coldkey | null> {
  try {
    return await readColdkeyAddress(location)
  } catch (error) {
    if (isAssayError(error, 'WALLET_NOT_FOUND')) return null
    throw error
  }
}

async function readPair(file: string, options: ReadKeyOptions): Promise<KeyPair> {
  const { pair } = await readKeyFile(file, options)
  if (pair === null) throw new AssayError('WALLET_NO_SECRET', { file })
  return pair
}
