import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { AssayError, isAssayError } from '../errors/assay-error.ts'
import { buildCertificate } from './build-certificate.ts'
import { assertPrivate, readBytes } from './read-private-file.ts'
import { writeKeyFile } from './write-key-file.ts'

/** What a TLS end shows and proves itself with; `certPem` and `keyPem` are options of node:tls. */
export interface TlsKey {
  readonly certPem: string
  readonly keyPem: string
  /** The ed25519 public key, 32 bytes as hex: what is committed to on chain. */
  readonly publicHex: string
}

/** Makes a key that lives in memory. */
export function createTlsKey(): TlsKey {
  return tlsKeyOf(generateKeyPairSync('ed25519').privateKey)
}

/**
 * The key in a file of mode 600, made where there is none; whoever removes the file gets a new one. Throws WALLET_PERMISSIONS where others
 * may read it, WALLET_CORRUPT where it is no ed25519 key.
 */
export async function openTlsKey(file: string): Promise<TlsKey> {
  let content: Buffer
  try {
    const read = await readBytes(file)
    assertPrivate(file, read.mode)
    content = read.content
  } catch (error) {
    if (!isAssayError(error, 'WALLET_NOT_FOUND')) throw error
    const made = createTlsKey()
    await writeKeyFile(file, made.keyPem)
    return made
  }
  return tlsKeyOf(parseKey(file, content))
}

function tlsKeyOf(privateKey: KeyObject): TlsKey {
  return {
    certPem: buildCertificate(privateKey),
    keyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    // The last 32 bytes of the DER of an ed25519 public key are the key itself (RFC 8410).
    publicHex: createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex'),
  }
}

function parseKey(file: string, pem: Buffer): KeyObject {
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch {
    // Told below; the reason may quote the key.
  }
  throw new AssayError('WALLET_CORRUPT', { file, problem: 'it holds no ed25519 key' })
}
