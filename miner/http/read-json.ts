import { AssayError } from '../../shared/errors/assay-error.ts'

/** The JSON value of UTF-8 bytes; throws MINER_BODY. */
export function readJson(bytes: Uint8Array): unknown {
  try {
    // `fatal`: what is no UTF-8 must not be replaced by something that nobody sent.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new AssayError('MINER_BODY', {}, { cause })
  }
}
