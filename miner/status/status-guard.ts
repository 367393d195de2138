import type { IncomingHttpHeaders } from 'node:http'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { networkOf } from '../../shared/util/network-of.ts'
import type { KeyRing } from '../keys/create-key-ring.ts'

/** Who may see the miner's own view: programs on its machine and callers with a key, callers with a key alone, or nobody. */
export type StatusAccess = 'loopback' | 'key' | 'off'

/** What a request shows of where it comes from. */
export interface StatusCaller {
  /** Address at the other end of the connection. */
  readonly ip: string
  readonly httpVersion: string
  readonly headers: IncomingHttpHeaders
}

/** What proxies add; one alone says that the one who asks is somewhere else. */
const proxyHeader = /^(forwarded|via|x-forwarded-.+|x-real-ip|x-client-ip|x-cluster-client-ip|true-client-ip|cf-.+|fastly-.+)$/

/**
 * Refuses who may not see the miner's own view. A program on this machine connects from a loopback address, asks for one by name (a page
 * elsewhere that points its own name here does not), in HTTP/1.1 and without any header of a proxy. A proxy on this machine that hides
 * all of that cannot be told from it: then the setting has to be `key`. Throws MINER_NO_ROUTE, MINER_STATUS_LOCAL, MINER_KEY, MINER_NO_KEYS.
 */
export function guardStatus(caller: StatusCaller, access: StatusAccess, keys: KeyRing | null): void {
  if (access === 'off') throw new AssayError('MINER_NO_ROUTE')
  const { authorization } = caller.headers
  if (authorization !== undefined) {
    if (keys === null) throw new AssayError('MINER_NO_KEYS')
    keys.find(authorization)
    return
  }
  if (access !== 'loopback' || !isLocal(caller)) throw new AssayError('MINER_STATUS_LOCAL')
}

function isLocal({ ip, httpVersion, headers }: StatusCaller): boolean {
  if (httpVersion === '1.0') return false
  if (Object.keys(headers).some(name => proxyHeader.test(name))) return false
  return isLoopback(ip) && isLoopbackName(headers.host ?? '')
}

function isLoopback(ip: string): boolean {
  return ip === '::1' || /^127\.\d+\.\d+\.\d+$/.test(networkOf(ip))
}

function isLoopbackName(host: string): boolean {
  return /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d+)?$/i.test(host)
}
