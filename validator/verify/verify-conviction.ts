import { AssayError, isAssayError } from '../../shared/errors/assay-error.ts'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { expandHome } from '../../shared/identity/wallet-location.ts'
import { parseSignedConviction } from '../../shared/protocol/conviction.ts'
import { type ConvictionReport, checkConviction } from './check-conviction.ts'
import { readBounded } from './verify-file.ts'

/** Reads a file and checks the conviction in it; null where it holds something else. Throws VERIFY_BUNDLE where it cannot be read. */
export async function verifyConviction(file: string): Promise<ConvictionReport | null> {
  const parsed = await readJson(file)
  if (!isConviction(parsed)) return null
  await waitForCrypto()
  try {
    return checkConviction(parseSignedConviction(parsed))
  } catch (error) {
    throw refusal(file, error)
  }
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readBounded(expandHome(file)))
  } catch (error) {
    throw refusal(file, error)
  }
}

function refusal(file: string, cause: unknown): AssayError {
  if (isAssayError(cause, 'VERIFY_BUNDLE')) return cause
  return new AssayError('VERIFY_BUNDLE', { file, problem: cause instanceof Error ? cause.message : String(cause) }, { cause })
}

function isConviction(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('statement' in value)) return false
  const { statement } = value
  return typeof statement === 'object' && statement !== null && 'version' in statement && statement.version === 'assay/conviction/1'
}
