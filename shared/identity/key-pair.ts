import { DEV_PHRASE } from '@polkadot/keyring/defaults'
import { keyExtractSuri } from '@polkadot/util-crypto/key'
import { sr25519DeriveKeypairHard, sr25519DeriveKeypairSoft, sr25519KeypairFromSeed, sr25519Sign } from '@polkadot/wasm-crypto'
import { AssayError } from '../errors/assay-error.ts'
import { seedFromMnemonic } from './mnemonic.ts'
import { type Coldkey, encodeSs58, type Hotkey, type Ss58 } from './ss58.ts'
import { verifySr25519 } from './verify-signature.ts'

/** An sr25519 key that signs. `hotkey` and `coldkey` are the same address under the two roles that a key can play. */
export interface KeyPair {
  readonly publicKey: Uint8Array
  readonly address: Ss58
  readonly hotkey: Hotkey
  readonly coldkey: Coldkey
  /** A 64-byte signature; two signatures of one message differ, because sr25519 draws a nonce. */
  sign(message: Uint8Array): Uint8Array
}

/** The pair of a 32-byte mini-secret. Throws WALLET_KEY on another length. */
export function pairFromSeed(seed: Uint8Array): KeyPair {
  if (seed.length !== 32) throw new AssayError('WALLET_KEY', { problem: `a seed has 32 bytes, this has ${seed.length}` })
  return pairFromBytes(sr25519KeypairFromSeed(seed))
}

/** The pair of a mnemonic without a derivation path. Throws WALLET_MNEMONIC. */
export function pairFromMnemonic(mnemonic: string): KeyPair {
  return pairFromSeed(seedFromMnemonic(mnemonic))
}

/** The pair of a development URI such as //Alice or PHRASE//hard/soft; an empty phrase is the public development phrase. */
export function pairFromUri(uri: string): KeyPair {
  const { phrase, path } = keyExtractSuri(uri.startsWith('/') ? `${DEV_PHRASE}${uri}` : uri)
  const root = sr25519KeypairFromSeed(seedFromMnemonic(phrase))
  const derived = path.reduce(
    (pair, step) => (step.isHard ? sr25519DeriveKeypairHard(pair, step.chainCode) : sr25519DeriveKeypairSoft(pair, step.chainCode)),
    root,
  )
  return pairFromBytes(derived)
}

/**
 * The pair of a 64-byte private key as wallet files hold it. They come in two spellings of the scalar: schnorrkel's own
 * (what btwallet writes) and the ed25519 one (times 8, what the signing code takes). The wrong one signs without an error and
 * nothing verifies, so each is tried on a test text. Throws WALLET_KEY where neither fits the public key.
 */
export function pairFromPrivateKey(privateKey: Uint8Array, publicKey: Uint8Array): KeyPair {
  if (privateKey.length !== 64) throw new AssayError('WALLET_KEY', { problem: `a private key has 64 bytes, this has ${privateKey.length}` })
  if (publicKey.length !== 32) throw new AssayError('WALLET_KEY', { problem: `a public key has 32 bytes, this has ${publicKey.length}` })
  for (const secret of [privateKey, timesEight(privateKey)]) {
    const pair = buildPair(secret, publicKey)
    if (signsFor(pair)) return pair
  }
  throw new AssayError('WALLET_KEY', { problem: 'the private key does not belong to the public key' })
}

function pairFromBytes(bytes: Uint8Array): KeyPair {
  return buildPair(bytes.slice(0, 64), bytes.slice(64, 96))
}

function buildPair(secret: Uint8Array, publicKey: Uint8Array): KeyPair {
  const address = encodeSs58(publicKey)
  return {
    publicKey,
    address,
    hotkey: address as Hotkey,
    coldkey: address as Coldkey,
    // The secret stays in this closure: printing or serializing a pair shows no key.
    sign: message => sr25519Sign(publicKey, secret, message),
  }
}

function signsFor(pair: KeyPair): boolean {
  const message = Buffer.from('assay key test')
  try {
    return verifySr25519(pair.sign(message), message, pair.publicKey)
  } catch {
    return false
  }
}

/** The scalar (first 32 bytes, little-endian) times 8; the nonce half stays as it is. */
function timesEight(privateKey: Uint8Array): Uint8Array {
  const result = new Uint8Array(privateKey)
  let carry = 0
  for (let index = 0; index < 32; index++) {
    const value = (privateKey[index] ?? 0) * 8 + carry
    result[index] = value & 0xff
    carry = value >> 8
  }
  return result
}
