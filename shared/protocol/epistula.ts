import { sha256Hex } from '../util/sha256-hex.ts'

/** The headers of Epistula 2, in the lower case in which Node shows them. */
export const epistulaHeaders = {
  version: 'epistula-version',
  timestamp: 'epistula-timestamp',
  uuid: 'epistula-uuid',
  signedBy: 'epistula-signed-by',
  signedFor: 'epistula-signed-for',
  signature: 'epistula-request-signature',
} as const

export interface EpistulaAuth {
  readonly body: Uint8Array
  readonly uuid: string
  readonly timestampMs: number
  /** The receiver's address. The scheme allows an empty one; a miner then could pass the request on to another. */
  readonly signedFor: string
}

/** The bytes that a caller signs: SHA-256 of the body in hex, id, time and receiver, with dots between; neither method nor path is in them. */
export function epistulaBytes({ body, uuid, timestampMs, signedFor }: EpistulaAuth): Uint8Array {
  return new TextEncoder().encode(`${sha256Hex(body)}.${uuid}.${timestampMs}.${signedFor}`)
}
