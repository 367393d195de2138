import { isIP } from 'node:net'
import { encodeAxonAddress } from './axon-address.ts'

/** Whether the chain takes an address from a miner, as far as the address alone tells: it refuses 127.0.0.1, 255.255.255.255 and ::1, and holds zero for none. */
export function isServableHost(host: string): boolean {
  if (isIP(host) === 0 || host.includes('%')) return false
  const { ip, ipType } = encodeAxonAddress({ host, port: 1 })
  return ip !== 0n && (ipType === 4 ? ip !== 0x7f00_0001n && ip !== 0xffff_ffffn : ip !== 1n)
}
