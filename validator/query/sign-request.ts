import type { Signer } from '../../shared/chain/chain-port.ts'
import { authHeaders, requestAuthBytes } from '../../shared/protocol/request-auth.ts'

export interface RequestToSign {
  readonly receiver: string
  readonly path: string
  readonly body: Uint8Array
  /** 32 hex digits, never used before. */
  readonly id: string
  /** Milliseconds since 1970. */
  readonly timeMs: number
}

/** The headers of a POST under scheme assay-1. */
export function signRequest({ receiver, path, body, id, timeMs }: RequestToSign, signer: Signer): Record<string, string> {
  const signed = requestAuthBytes({ method: 'POST', path, body, caller: signer.hotkey, receiver, timeMs, id })
  return {
    'content-type': 'application/json',
    'accept-encoding': 'identity',
    [authHeaders.scheme]: 'assay-1',
    [authHeaders.caller]: signer.hotkey,
    [authHeaders.receiver]: receiver,
    [authHeaders.time]: String(timeMs),
    [authHeaders.id]: id,
    [authHeaders.signature]: `0x${Buffer.from(signer.sign(signed)).toString('hex')}`,
  }
}
