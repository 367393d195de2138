import { sr25519KeypairFromSeed } from '@polkadot/wasm-crypto'
import { normaliseMnemonic, seedFromMnemonic } from './mnemonic.ts'
import { encodeSs58, type Ss58 } from './ss58.ts'

/** The one-line JSON of a key file and of its public half, in the field's format. */
export interface KeyFileTexts {
  readonly address: Ss58
  readonly secret: string
  readonly public: string
}

/** Writes out the key of a mnemonic. Only string fields: other readers refuse a file that holds anything else. Throws WALLET_MNEMONIC. */
export function buildKeyFile(mnemonic: string): KeyFileTexts {
  const seed = seedFromMnemonic(mnemonic)
  const bytes = sr25519KeypairFromSeed(seed)
  const publicKey = bytes.slice(64, 96)
  const address = encodeSs58(publicKey)
  const publicFields = { accountId: hex(publicKey), publicKey: hex(publicKey), ss58Address: address }
  return {
    address,
    secret: JSON.stringify({
      ...publicFields,
      privateKey: hex(canonicalSecret(bytes.slice(0, 64))),
      secretPhrase: normaliseMnemonic(mnemonic),
      secretSeed: hex(seed),
    }),
    public: JSON.stringify(publicFields),
  }
}

/** Key files hold schnorrkel's own spelling of the scalar: the ed25519 one (little-endian, 32 bytes) divided by 8. */
function canonicalSecret(secret: Uint8Array): Uint8Array {
  const result = new Uint8Array(secret)
  for (let index = 0; index < 32; index++) {
    const above = index === 31 ? 0 : (secret[index + 1] ?? 0)
    result[index] = ((secret[index] ?? 0) >> 3) | ((above & 7) << 5)
  }
  return result
}

function hex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes).toString('hex')}`
}
