import { secp256k1Verify } from '@polkadot/util-crypto/secp256k1'
import { ed25519Verify } from '@polkadot/wasm-crypto'
import { verifySr25519 } from '../../identity/verify-signature.ts'
import type { Context } from '../context.ts'
import type { MultiSignature } from '../frame-types.ts'
import { blake2, fromHex } from '../hashing.ts'
import { systemStorage } from '../pallets/system.ts'
import type { Runtime } from '../runtime.ts'
import { Writer } from '../scale/writer.ts'
import type { InvalidTransaction } from '../transaction-validity.ts'
import { birthOf } from './era.ts'
import type { SignedExtrinsic } from './extrinsic.ts'

/**
 * Checks that the signer signed this call for this chain: the payload is call, extras, spec and transaction version, genesis hash
 * and the hash of the era's birth block; hashed with BLAKE2-256 where it is longer than 256 bytes. Null if it holds.
 */
export function verifyExtrinsic(ctx: Context, runtime: Runtime, genesisHash: string, xt: SignedExtrinsic): InvalidTransaction | null {
  // Only plain account ids can be looked up, and no metadata digest is compiled into this runtime.
  if (xt.address.type !== 'Id' || xt.checksMetadata) return { code: 'CannotLookup' }
  const birth = birthOf(xt.era, ctx.block)
  const birthHash = xt.era.kind === 'immortal' ? genesisHash : knownHash(ctx, birth)
  if (birthHash === undefined) return { code: 'AncientBirthBlock' }
  const out = new Writer()
  out.bytes(xt.signedPart)
  out.u32(runtime.version.spec_version)
  out.u32(runtime.version.transaction_version)
  out.bytes(fromHex(genesisHash))
  out.bytes(fromHex(birthHash))
  out.u8(0)
  const payload = out.finish()
  const message = payload.length > 256 ? blake2(payload, 256) : payload
  return holds(xt.signature, message, fromHex(xt.address.value)) ? null : { code: 'BadProof' }
}

function knownHash(ctx: Context, block: number): string | undefined {
  return ctx.has(systemStorage.BlockHash, block) ? ctx.get(systemStorage.BlockHash, block) : undefined
}

/** Whatever a stranger sends is an answer of false, never a throw. */
function holds(signature: MultiSignature, message: Uint8Array, account: Uint8Array): boolean {
  const bytes = fromHex(signature.value)
  try {
    switch (signature.type) {
      case 'Sr25519':
        return verifySr25519(bytes, message, account)
      case 'Ed25519':
        return ed25519Verify(bytes, message, account)
      case 'Ecdsa':
        return secp256k1Verify(message, bytes, account, 'blake2')
    }
  } catch {
    return false
  }
}
