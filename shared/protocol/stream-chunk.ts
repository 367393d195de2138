import { type Static, Type } from 'typebox'
import { SignedCertificate } from './certificate.ts'
import { Base64, Hex32, Signature } from './fields.ts'
import { PartialReceipt } from './partial-receipt.ts'

/** A partial receipt with its signature; the certificate comes with the first one of an answer. */
export const SignedPartial = Type.Object(
  { receipt: PartialReceipt, signature: Signature, certificate: Type.Optional(SignedCertificate) },
  { additionalProperties: false },
)
export type SignedPartial = Static<typeof SignedPartial>

/** The member `assay` of a stream's chunk: its tokens, the digest of all tokens so far, and a partial receipt where one is due. */
export const StreamChunk = Type.Object(
  {
    /** The chunk's token ids as u32 little-endian, base64. */
    tokenIds: Base64(700_000),
    digest: Hex32,
    partial: Type.Optional(SignedPartial),
  },
  { additionalProperties: false },
)
export type StreamChunk = Static<typeof StreamChunk>
