import { type KeyFile, parseKeyFile } from './key-file.ts'
import { assertReadable, type DeriveKey, decryptKeyFile, isEncrypted } from './key-file-encryption.ts'
import { type PasswordSources, readPassword } from './read-password.ts'
import { assertPrivate, readBytes } from './read-private-file.ts'

/** Where the password comes from, and for tests another derivation than the 4-second one. */
export interface ReadKeyOptions extends PasswordSources {
  readonly deriveKey?: DeriveKey
}

/**
 * Reads a key file, encrypted or not. Throws WALLET_NOT_FOUND, WALLET_PERMISSIONS (others can read a plain secret),
 * WALLET_CORRUPT, WALLET_ENCRYPTION_OLD, WALLET_PASSWORD and WALLET_PASSWORD_MISSING.
 */
export async function readKeyFile(file: string, options: ReadKeyOptions = {}): Promise<KeyFile> {
  const { content, mode } = await readBytes(file)
  if (!isEncrypted(content)) {
    const key = parseKeyFile(content.toString('utf8'), file)
    if (key.pair !== null) assertPrivate(file, mode)
    return key
  }
  assertReadable(content, file)
  const { candidates } = await readPassword(file, options)
  const { text } = await decryptKeyFile(content, candidates, file, options.deriveKey)
  return parseKeyFile(text, file)
}
