import { isAssayError } from '../../../../errors/assay-error.ts'
import { decryptWithSignature } from '../../../../timelock/decrypt-with-signature.ts'
import { decodeLegacyPayload, decodeWeightsPayload, type WeightsPayload } from '../../../../timelock/weights-payload.ts'
import { toHex } from '../../../hashing.ts'

export interface SealedCommit {
  /** Who sent it. */
  readonly hotkey: string
  readonly commit: Uint8Array
  readonly signature: Uint8Array
}

const hotkeyBytes = 32

/**
 * The weights inside a timelocked commit, or undefined where it does not open, says nothing readable, or names another hotkey than its
 * sender's (somebody's commit, sent again). A payload without a hotkey, as clients before version 4 made it, still counts.
 */
export function openCommit({ hotkey, commit, signature }: SealedCommit): Omit<WeightsPayload, 'hotkey'> | undefined {
  return unlessBroken(() => {
    const message = decryptWithSignature(commit, signature)
    const payload = unlessBroken(() => decodeWeightsPayload(message))
    if (payload === undefined || payload.hotkey.length < hotkeyBytes) return decodeLegacyPayload(message)
    const { hotkey: named, ...weights } = payload
    return `0x${toHex(named.subarray(0, hotkeyBytes))}` === hotkey ? weights : undefined
  })
}

function unlessBroken<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (isAssayError(error)) return undefined
    throw error
  }
}
