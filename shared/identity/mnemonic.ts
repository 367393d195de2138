import { mnemonicGenerate, mnemonicToMiniSecret, mnemonicValidate } from '@polkadot/util-crypto/mnemonic'
import { AssayError } from '../errors/assay-error.ts'

/** Twelve new words of the English list: 128 random bits. */
export function createMnemonic(): string {
  return mnemonicGenerate(12)
}

/** The 32-byte mini-secret of a mnemonic, as Substrate derives it. Throws WALLET_MNEMONIC, without the words in the message. */
export function seedFromMnemonic(mnemonic: string): Uint8Array {
  const words = normaliseMnemonic(mnemonic)
  const count = words === '' ? 0 : words.split(' ').length
  if (count < 12 || count > 24 || count % 3 !== 0) throw new AssayError('WALLET_MNEMONIC', { problem: `it has ${count} words` })
  if (!mnemonicValidate(words))
    throw new AssayError('WALLET_MNEMONIC', { problem: 'a word is not in the list, or the checksum of the words is wrong' })
  return mnemonicToMiniSecret(words)
}

/** The words in lower case with single spaces between them, as they are stored. */
export function normaliseMnemonic(mnemonic: string): string {
  return mnemonic.trim().toLowerCase().split(/\s+/).join(' ')
}
