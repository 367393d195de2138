import { type MultiAddress, type MultiSignature, multiAddress, multiSignature } from '../frame-types.ts'
import { blake2Hash } from '../hashing.ts'
import type { Runtime } from '../runtime.ts'
import type { RuntimeCall } from '../runtime-call.ts'
import { compact } from '../scale/compact.ts'
import { u32, u64 } from '../scale/primitives.ts'
import { Reader } from '../scale/reader.ts'
import { ScaleError } from '../scale/scale-error.ts'
import { Writer } from '../scale/writer.ts'
import { decodeEra, type Era } from './era.ts'

/** A signed extrinsic taken apart; `signedPart` is what the signature covers before the implicit values: call, then extras. */
export interface SignedExtrinsic {
  readonly kind: 'signed'
  readonly hash: string
  readonly bytes: Uint8Array
  readonly address: MultiAddress
  readonly signature: MultiSignature
  readonly era: Era
  readonly nonce: number
  readonly tip: bigint
  /** Whether the signer also signed a digest of the metadata. */
  readonly checksMetadata: boolean
  readonly call: RuntimeCall
  readonly signedPart: Uint8Array
}

export interface BareExtrinsic {
  readonly kind: 'bare'
  readonly hash: string
  readonly bytes: Uint8Array
  readonly call: RuntimeCall
}

const nonceCodec = compact(u32)
const tipCodec = compact(u64)
const signedVersion = 0x84
const bareVersions = new Set([0x04, 0x05])

/** Takes an extrinsic apart, its length prefix included. Throws ScaleError on anything that is not exactly one extrinsic. */
export function decodeExtrinsic(bytes: Uint8Array, runtime: Runtime): SignedExtrinsic | BareExtrinsic {
  const input = new Reader(bytes, runtime.named)
  const length = input.compactLength()
  if (length !== input.remaining) throw new ScaleError(`the extrinsic says ${length} bytes and has ${input.remaining}`)
  const hash = blake2Hash(bytes)
  const version = input.u8()
  if (bareVersions.has(version)) {
    const call = runtime.callCodec.decode(input)
    input.expectEnd()
    return { kind: 'bare', hash, bytes, call }
  }
  if (version !== signedVersion) throw new ScaleError(`extrinsic version ${version} is not known`)
  const address = multiAddress.decode(input)
  const signature = multiSignature.decode(input)
  const extrasStart = input.offset
  const era = decodeEra(input)
  const nonce = nonceCodec.decode(input)
  const tip = tipCodec.decode(input)
  const mode = input.u8()
  if (mode > 1) throw new ScaleError(`${mode} is no mode of the metadata check`)
  const callStart = input.offset
  const call = runtime.callCodec.decode(input)
  input.expectEnd()
  const signedPart = Buffer.concat([bytes.subarray(callStart), bytes.subarray(extrasStart, callStart)])
  return { kind: 'signed', hash, bytes, address, signature, era, nonce, tip, checksMetadata: mode === 1, call, signedPart }
}

/** A bare extrinsic around a call, length prefix included: how inherents stand in a block. */
export function encodeBareExtrinsic(writeCall: (out: Writer) => void): Uint8Array {
  const inner = new Writer()
  inner.u8(0x04)
  writeCall(inner)
  const body = inner.finish()
  const out = new Writer()
  out.compact(body.length)
  out.bytes(body)
  return out.finish()
}
