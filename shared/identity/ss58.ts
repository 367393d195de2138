import { createHash } from 'node:crypto'
import { base58Decode, base58Encode } from '@polkadot/util-crypto/base58'
import { AssayError } from '../errors/assay-error.ts'

declare const address: unique symbol
declare const role: unique symbol

/** A checked address of format 42, in its one canonical spelling. */
export type Ss58 = string & { readonly [address]: true }
/** The address of a hotkey: what signs requests, receipts and weights. */
export type Hotkey = Ss58 & { readonly [role]: 'hotkey' }
/** The address of a coldkey: what owns stake and pays. */
export type Coldkey = Ss58 & { readonly [role]: 'coldkey' }

const format = 42
const context = Buffer.from('SS58PRE')

/** The address (format 42) of a 32-byte public key. Throws WALLET_KEY on another length. */
export function encodeSs58(publicKey: Uint8Array): Ss58 {
  if (publicKey.length !== 32) throw new AssayError('WALLET_KEY', { problem: `a public key has 32 bytes, this has ${publicKey.length}` })
  const body = Buffer.concat([Buffer.of(format), publicKey])
  return base58Encode(Buffer.concat([body, checksum(body)])) as Ss58
}

/** The address of a hotkey's 32-byte public key. */
export function encodeHotkey(publicKey: Uint8Array): Hotkey {
  return encodeSs58(publicKey) as Hotkey
}

/** The address of a coldkey's 32-byte public key. */
export function encodeColdkey(publicKey: Uint8Array): Coldkey {
  return encodeSs58(publicKey) as Coldkey
}

/** The 32-byte public key behind an address. Throws WALLET_ADDRESS with the reason. */
export function decodeSs58(text: string): Uint8Array {
  const read = readSs58(text)
  if (typeof read === 'string') throw new AssayError('WALLET_ADDRESS', { value: JSON.stringify(text.slice(0, 80)), problem: read })
  return read
}

/** As decodeSs58, with null where the text is no address; never throws. */
export function readSs58OrNull(text: string): Uint8Array | null {
  const read = readSs58(text)
  return typeof read === 'string' ? null : read
}

/** Says whether a value is an address of format 42 with a right checksum; never throws. */
export function isSs58(value: unknown): value is Ss58 {
  return typeof value === 'string' && typeof readSs58(value) !== 'string'
}

/** Takes a hotkey's address from outside. Throws WALLET_ADDRESS. */
export function parseHotkey(value: unknown): Hotkey {
  return parseAddress(value) as Hotkey
}

/** Takes a coldkey's address from outside. Throws WALLET_ADDRESS. */
export function parseColdkey(value: unknown): Coldkey {
  return parseAddress(value) as Coldkey
}

function parseAddress(value: unknown): Ss58 {
  if (typeof value !== 'string') throw new AssayError('WALLET_ADDRESS', { value, problem: 'it is no text' })
  decodeSs58(value)
  return value as Ss58
}

/** The public key, or why the text is no address. */
function readSs58(text: string): Uint8Array | string {
  // 35 bytes take 46 to 48 characters; checked first, because decoding base58 costs the square of the length.
  if (text.length < 46 || text.length > 48) return `it has ${text.length} characters`
  let bytes: Uint8Array
  try {
    bytes = base58Decode(text)
  } catch {
    return 'it holds characters that base58 does not have'
  }
  if (bytes.length !== 35) return `it decodes to ${bytes.length} bytes where 35 belong`
  if (bytes[0] !== format) return `its network format is ${bytes[0]}`
  const body = bytes.subarray(0, 33)
  if (!checksum(body).equals(bytes.subarray(33))) return 'its checksum is wrong, so a character was mistyped'
  return body.slice(1)
}

function checksum(body: Uint8Array): Buffer {
  return createHash('blake2b512').update(context).update(body).digest().subarray(0, 2)
}
