import { sr25519Verify as scureVerify } from '@polkadot/util-crypto/sr25519'
import { sr25519Verify as wasmVerify } from '@polkadot/wasm-crypto'
import { waitForCrypto } from '../../../shared/identity/crypto-ready.ts'
import { pairFromUri } from '../../../shared/identity/key-pair.ts'
import { verifySr25519 } from '../../../shared/identity/verify-signature.ts'
import type { Figure } from '../figure.ts'
import { measureRatio } from '../measure-ratio.ts'

const batch = 100
const slowBatch = 20

/** Our verify over the bare WebAssembly one (target: at most 1.15), the pure-JS one as peer, and a control that must miss the target. */
export async function measure(): Promise<Figure[]> {
  await waitForCrypto()
  const { publicKey, sign } = pairFromUri('//Alice')
  const message = Buffer.alloc(128, 7)
  const signature = sign(message)
  const times = (count: number, verify: () => boolean) => async () => {
    for (let index = 0; index < count; index++) if (!verify()) throw new Error('a good signature was refused, so the times say nothing')
  }
  const bare = () => wasmVerify(signature, message, publicKey)
  const ours = () => verifySr25519(signature, message, publicKey)
  const over = await measureRatio(times(batch, bare), times(batch, ours), { rounds: 15 })
  const peer = await measureRatio(
    times(slowBatch, bare),
    times(slowBatch, () => scureVerify(message, signature, publicKey)),
  )
  const twice = await measureRatio(
    times(batch, bare),
    times(batch, () => ours() && ours()),
  )
  if (twice.low <= 1.15) throw new Error(`the negative control, verifying twice, read ${twice.low}: this run cannot tell 1.15 from 2`)
  return [
    { name: 'sr25519-over-wasm', ...over, unit: 'ratio', note: 'our verify over bare wasm-crypto, 128-byte message; target 1.15' },
    { name: 'sr25519-scure-over-wasm', ...peer, unit: 'ratio', note: 'the pure-JS verify of util-crypto over wasm-crypto' },
    { name: 'sr25519-twice-over-wasm', ...twice, unit: 'ratio', note: 'negative control: verifying twice must miss the target' },
  ]
}
