import { waitReady } from '@polkadot/wasm-crypto'
import { AssayError } from '../errors/assay-error.ts'

/** Resolves when the sr25519 code is compiled; call it once at start, before any signing or verifying. Throws WALLET_KEY where it cannot run. */
export async function waitForCrypto(): Promise<void> {
  if (!(await waitReady())) throw new AssayError('WALLET_KEY', { problem: 'the WebAssembly module did not start' })
}
