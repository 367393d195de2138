import { access, unlink } from 'node:fs/promises'
import { AssayError, isAssayError } from '../errors/assay-error.ts'
import { buildKeyFile } from './build-key-file.ts'
import { type DeriveKey, encryptKeyFile } from './key-file-encryption.ts'
import { createMnemonic } from './mnemonic.ts'
import type { Coldkey, Hotkey } from './ss58.ts'
import { locateWallet, type WalletLocation } from './wallet-location.ts'
import { writeKeyFile } from './write-key-file.ts'

/** A key that was written; the mnemonic is for the operator's own backup and is shown once. */
export interface CreatedKey<A> {
  readonly address: A
  readonly mnemonic: string
  readonly file: string
}

export interface CreateColdkeyOptions {
  /** null writes the coldkey unencrypted, for worlds and tests. */
  readonly password: string | null
  /** Regenerates the key of these words; new words are drawn where absent. */
  readonly mnemonic?: string
  readonly deriveKey?: DeriveKey
}

/** Writes coldkey and coldkeypub.txt of a wallet. Throws WALLET_EXISTS, WALLET_MNEMONIC and WALLET_PASSWORD_WEAK. */
export async function createColdkey(location: Partial<WalletLocation>, options: CreateColdkeyOptions): Promise<CreatedKey<Coldkey>> {
  const { coldkey, coldkeypub } = locateWallet(location)
  const mnemonic = options.mnemonic ?? createMnemonic()
  const texts = buildKeyFile(mnemonic)
  await assertFree(coldkey, coldkeypub)
  if (options.password !== null) assertStrong(options.password, coldkey)
  const secret = options.password === null ? texts.secret : await encryptKeyFile(texts.secret, options.password, options.deriveKey)
  await writePair(coldkey, secret, coldkeypub, texts.public)
  return { address: texts.address as Coldkey, mnemonic, file: coldkey }
}

/** Writes a hotkey, unencrypted as the field has it, and its public file. Throws WALLET_EXISTS and WALLET_MNEMONIC. */
export async function createHotkey(location: Partial<WalletLocation>, mnemonic = createMnemonic()): Promise<CreatedKey<Hotkey>> {
  const { hotkey, hotkeypub } = locateWallet(location)
  const texts = buildKeyFile(mnemonic)
  await assertFree(hotkey, hotkeypub)
  await writePair(hotkey, texts.secret, hotkeypub, texts.public)
  return { address: texts.address as Hotkey, mnemonic, file: hotkey }
}

/** Throws WALLET_EXISTS where one of the files is there, so that nothing is drawn, asked or derived in vain. */
export async function assertFree(...files: readonly string[]): Promise<void> {
  for (const file of files) {
    const taken = await access(file).then(
      () => true,
      () => false,
    )
    if (taken) throw new AssayError('WALLET_EXISTS', { file })
  }
}

/** The secret goes first: a public file without its secret would look like a node's normal state and hide the loss. */
async function writePair(secretFile: string, secret: string | Uint8Array, publicFile: string, publicText: string): Promise<void> {
  await writeKeyFile(secretFile, secret)
  try {
    await writeKeyFile(publicFile, publicText)
  } catch (error) {
    // Another process took the public name between the check and here: leave no half of a pair behind.
    if (isAssayError(error, 'WALLET_EXISTS')) await unlink(secretFile)
    throw error
  }
}

function assertStrong(password: string, file: string): void {
  if (password.length < 8 || new Set(password).size < 4) throw new AssayError('WALLET_PASSWORD_WEAK', { file })
}
