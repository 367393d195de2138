import { isIP } from 'node:net'
import { AssayError } from '../errors/assay-error.ts'
import type { AxonAddress } from './chain-port.ts'

/** An address as serve_axon takes it: the IP as one number, and 4 or 6. */
export interface EncodedAxon {
  readonly ip: bigint
  readonly ipType: 4 | 6
  readonly port: number
}

/** An axon's fields as the chain stores them. */
export interface StoredAxon {
  readonly ip: bigint
  readonly ipType: number
  readonly port: number
  readonly protocol?: number
}

/**
 * What an axon's field `protocol` says, which the chain only stores: 4 is what all neurons write; 5 says that the port speaks TLS alone, with
 * the key that the hotkey has committed to. A committed key alone does not say so: it stays where the address is changed later.
 */
export const axonProtocol = { plain: 4, tls: 5 } as const

/** An address in the chain's form. Throws CHAIN_ADDRESS on a host name, a wrong IP or a wrong port. */
export function encodeAxonAddress({ host, port }: AxonAddress): EncodedAxon {
  const version = isIP(host)
  if ((version !== 4 && version !== 6) || host.includes('%') || !Number.isInteger(port) || port < 1 || port > 65_535)
    throw new AssayError('CHAIN_ADDRESS', { host, port })
  return { ip: version === 4 ? parseIpv4(host) : parseIpv6(host), ipType: version, port }
}

/** The text form of what the chain stores; null where nothing was ever served (all zero) or where it is no address. */
export function decodeAxonAddress({ ip, ipType, port, protocol }: StoredAxon): AxonAddress | null {
  if (ip === 0n || port === 0) return null
  const rest = { port, ...(protocol === axonProtocol.tls && { tls: true as const }) }
  if (ipType === 4) return ip <= 0xffff_ffffn ? { host: formatIpv4(ip), ...rest } : null
  return ipType === 6 ? { host: formatIpv6(ip), ...rest } : null
}

function parseIpv4(text: string): bigint {
  return text.split('.').reduce((value, part) => value * 256n + BigInt(part), 0n)
}

function parseIpv6(text: string): bigint {
  // The last two groups may be written as an IPv4 address.
  const hex = text.replace(/\d+\.\d+\.\d+\.\d+$/, tail => {
    const value = parseIpv4(tail)
    return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`
  })
  const [head = '', tail] = hex.split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === undefined || tail === '' ? [] : tail.split(':')
  const groups = [...front, ...Array<string>(8 - front.length - back.length).fill('0'), ...back]
  return groups.reduce((value, group) => value * 65_536n + BigInt(`0x${group}`), 0n)
}

function formatIpv4(ip: bigint): string {
  return [24n, 16n, 8n, 0n].map(shift => (ip >> shift) & 255n).join('.')
}

/** The shortest spelling: the first longest run of zero groups becomes "::". */
function formatIpv6(ip: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => ((ip >> BigInt(112 - 16 * index)) & 0xffffn).toString(16))
  const runs = [
    ...groups
      .map(group => (group === '0' ? '0' : 'x'))
      .join('')
      .matchAll(/0{2,}/g),
  ]
  const longest = runs.reduce((best, run) => Math.max(best, run[0].length), 0)
  const first = runs.find(run => run[0].length === longest)
  if (first === undefined) return groups.join(':')
  return `${groups.slice(0, first.index).join(':')}::${groups.slice(first.index + longest).join(':')}`
}
