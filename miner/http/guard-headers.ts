import type { IncomingMessage } from 'node:http'
import { AssayError } from '../../shared/errors/assay-error.ts'

/** Headers of one request, at most; a browser sends some twenty. */
export const maxHeaders = 64

const keyNames = new Set(['key', 'api_key', 'api-key', 'apikey', 'token', 'access_token', 'auth', 'authorization', 'secret', 'password'])

/** Refuses requests with too many headers, and those that carry a key in their address. Throws MINER_HEADERS, MINER_KEY_IN_URL. */
export function guardHeaders({ rawHeaders, url = '' }: Pick<IncomingMessage, 'rawHeaders' | 'url'>): void {
  // Names and values stand side by side; Node itself only drops what is over its own limit.
  if (rawHeaders.length / 2 > maxHeaders) throw new AssayError('MINER_HEADERS', { limit: maxHeaders })
  const query = url.indexOf('?')
  if (query < 0) return
  for (const name of new URLSearchParams(url.slice(query + 1)).keys())
    if (keyNames.has(name.toLowerCase())) throw new AssayError('MINER_KEY_IN_URL')
}
