import type { RoundMiner } from '../challenge/drawn-request.ts'

/** Where a miner is dialled. The user of an https address is the key that must answer there, so that no other key shares its connections. */
export function originOf({ host, port, tlsKey }: Pick<RoundMiner, 'host' | 'port' | 'tlsKey'>): string {
  const scheme = tlsKey === undefined ? 'http://' : `https://${tlsKey ?? 'none'}@`
  return `${scheme}${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** The key that must answer at an origin; null where it speaks no TLS. */
export function keyOfOrigin(origin: string | URL): string | null {
  const { protocol, username } = new URL(origin)
  return protocol === 'https:' ? username : null
}
