import { randomBytes } from 'node:crypto'
import { naclDecrypt, naclEncrypt } from '@polkadot/util-crypto/nacl'
import { argon2i } from 'hash-wasm'
import { AssayError } from '../errors/assay-error.ts'

/** Turns a password into the 32-byte key of a key file. */
export type DeriveKey = (password: string) => Promise<Uint8Array>

const mark = Buffer.from('$NACL')
const nonceBytes = 24
/** Poly1305's tag and the shortest JSON that holds a secret, a seed alone. */
const minBoxBytes = 16 + 82
/** All key files share one salt, so a strong password is what protects them. */
const salt = Buffer.from('137183dff15a09bc9c90b5518739e9b1', 'hex')

/** Argon2i 1.3 over 512 MiB, 8 passes, one lane: about 4 seconds of one core. */
export const deriveKeyFileKey: DeriveKey = password =>
  argon2i({ password, salt, parallelism: 1, iterations: 8, memorySize: 512 * 1024, hashLength: 32, outputType: 'binary' })

/** Says whether a key file's bytes are encrypted, in the present form or in one of the old ones. */
export function isEncrypted(content: Uint8Array): boolean {
  return startsWith(content, mark) || oldScheme(content) !== null
}

/** Encrypts a key file: the mark $NACL, a 24-byte nonce, and the XSalsa20-Poly1305 box. */
export async function encryptKeyFile(text: string, password: string, deriveKey: DeriveKey = deriveKeyFileKey): Promise<Uint8Array> {
  const { encrypted, nonce } = naclEncrypt(Buffer.from(text), await deriveKey(password), randomBytes(nonceBytes))
  return Buffer.concat([mark, nonce, encrypted])
}

/**
 * Opens an encrypted key file with the first of the passwords that fits.
 * Throws WALLET_PASSWORD (always the same message), WALLET_CORRUPT where the box is cut off, WALLET_ENCRYPTION_OLD for older forms.
 */
export async function decryptKeyFile(
  content: Uint8Array,
  passwords: readonly string[],
  file: string,
  deriveKey: DeriveKey = deriveKeyFileKey,
): Promise<{ readonly text: string; readonly passwordIndex: number }> {
  assertReadable(content, file)
  const nonce = content.subarray(mark.length, mark.length + nonceBytes)
  const box = content.subarray(mark.length + nonceBytes)
  for (const [passwordIndex, password] of passwords.entries()) {
    const plain = naclDecrypt(box, nonce, await deriveKey(password))
    if (plain !== null) return { text: Buffer.from(plain).toString('utf8'), passwordIndex }
  }
  throw new AssayError('WALLET_PASSWORD', { file })
}

/** Throws where no password could open these bytes; costs nothing, so it comes before the question for one. */
export function assertReadable(content: Uint8Array, file: string): void {
  const scheme = oldScheme(content)
  if (scheme !== null) throw new AssayError('WALLET_ENCRYPTION_OLD', { file, scheme })
  // A box that cannot be whole must not read as a wrong password.
  if (content.length < mark.length + nonceBytes + minBoxBytes) {
    throw new AssayError('WALLET_CORRUPT', { file, problem: `it is encrypted, but only ${content.length} bytes long, so it was cut off` })
  }
}

function oldScheme(content: Uint8Array): string | null {
  if (startsWith(content, Buffer.from('$ANSIBLE_VAULT'))) return 'ansible-vault'
  return startsWith(content, Buffer.from('gAAAAA')) ? 'Fernet' : null
}

function startsWith(content: Uint8Array, prefix: Uint8Array): boolean {
  return content.length >= prefix.length && prefix.every((byte, index) => content[index] === byte)
}
