import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AssayError, isAssayError } from '../errors/assay-error.ts'
import { type KeyPair, pairFromMnemonic, pairFromPrivateKey, pairFromSeed } from './key-pair.ts'
import { decodeSs58, isSs58, type Ss58 } from './ss58.ts'

const optional = (pattern: string) => Type.Optional(Type.Union([Type.String({ pattern }), Type.Null()]))
const publicKeyHex = '^(0x)?[0-9a-fA-F]{64}$'

/** A key file's JSON as the field writes it: fields may be absent or null, others may be there. */
const keyFileSchema = Type.Object({
  accountId: optional(publicKeyHex),
  publicKey: optional(publicKeyHex),
  privateKey: optional('^(0x)?[0-9a-fA-F]{128}$'),
  secretPhrase: optional('^[^\\n]{1,400}$'),
  secretSeed: optional('^(0x)?[0-9a-fA-F]{64}$'),
  ss58Address: Type.Optional(Type.Union([Type.String({ maxLength: 64 }), Type.Null()])),
})
const validator = Compile(keyFileSchema)

/** A key file, read: the address is always known, the pair only where the file holds a secret. */
export interface KeyFile {
  readonly address: Ss58
  readonly pair: KeyPair | null
}

/**
 * Reads the text of an unencrypted key file. The strongest secret wins: phrase, seed, private key, then the address alone.
 * Throws WALLET_CORRUPT; messages never hold content of the file.
 */
export function parseKeyFile(text: string, file: string): KeyFile {
  const fields = parseFields(text, file)
  const pair = readPair(fields, file)
  const stated = statedAddress(fields, file)
  if (pair === null && stated === null) throw corrupt(file, 'it holds neither a key nor an address')
  if (pair !== null && stated !== null && pair.address !== stated) {
    throw corrupt(file, `its secret belongs to ${pair.address}, but it says ${stated}`)
  }
  const address = pair?.address ?? stated
  if (address === null) throw corrupt(file, 'it holds no address')
  return { address, pair }
}

function parseFields(text: string, file: string) {
  const trimmed = text.trim()
  if (trimmed === '') throw corrupt(file, 'it is empty')
  let value: unknown
  try {
    value = JSON.parse(trimmed)
  } catch {
    throw corrupt(file, trimmed.startsWith('{') && !trimmed.endsWith('}') ? 'it ends in the middle, so it was cut off' : 'it is no JSON')
  }
  if (validator.Check(value)) return value
  const first = validator.Errors(value)[0]
  throw corrupt(file, first?.instancePath ? `its field ${first.instancePath.slice(1)} has the wrong form` : 'it is no JSON object')
}

type Fields = ReturnType<typeof parseFields>

function readPair(fields: Fields, file: string): KeyPair | null {
  try {
    if (fields.secretPhrase) return pairFromMnemonic(fields.secretPhrase)
    if (fields.secretSeed) return pairFromSeed(bytes(fields.secretSeed))
    if (!fields.privateKey) return null
    const publicKey = statedPublicKey(fields)
    if (publicKey === null) throw corrupt(file, 'it holds a private key without the public one')
    return pairFromPrivateKey(bytes(fields.privateKey), publicKey)
  } catch (error) {
    if (isAssayError(error, 'WALLET_CORRUPT') || !isAssayError(error)) throw error
    throw corrupt(file, `${error.details.problem}`)
  }
}

function statedPublicKey(fields: Fields): Uint8Array | null {
  const hex = fields.publicKey ?? fields.accountId
  if (hex) return bytes(hex)
  return fields.ss58Address ? decodeSs58(fields.ss58Address) : null
}

function statedAddress(fields: Fields, file: string): Ss58 | null {
  if (!fields.ss58Address) return null
  if (!isSs58(fields.ss58Address)) throw corrupt(file, 'its field ss58Address is no address of format 42')
  return fields.ss58Address
}

function bytes(hex: string): Uint8Array {
  return Buffer.from(hex.replace(/^0x/, ''), 'hex')
}

function corrupt(file: string, problem: string): AssayError {
  return new AssayError('WALLET_CORRUPT', { file, problem })
}
