import { sha256Hex } from '../util/sha256-hex.ts'

/** The headers of scheme `assay-1`. Everything that changes a request's meaning is in the signed text; the rest of it is in the signed body. */
export const authHeaders = {
  scheme: 'assay-scheme',
  caller: 'assay-caller',
  receiver: 'assay-receiver',
  time: 'assay-time',
  id: 'assay-id',
  signature: 'assay-signature',
} as const

export interface RequestAuth {
  readonly method: string
  readonly path: string
  readonly body: Uint8Array
  readonly caller: string
  readonly receiver: string
  /** Milliseconds since 1970 on the caller's clock. */
  readonly timeMs: number
  /** 32 hex digits, never used twice by one caller. */
  readonly id: string
}

/** The bytes that a caller signs for one request. */
export function requestAuthBytes({ method, path, body, caller, receiver, timeMs, id }: RequestAuth): Uint8Array {
  const lines = ['assay-1', method, path, sha256Hex(body), caller, receiver, String(timeMs), id]
  return new TextEncoder().encode(lines.join('\n'))
}
