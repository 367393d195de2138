import { BlockList, isIP } from 'node:net'

// RFC 6890 special-purpose blocks: a miner's address comes from the chain, and whoever wrote it may point it at our own network.
const special = new BlockList()
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  special.addSubnet(net, prefix, 'ipv4')
for (const [net, prefix] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const)
  special.addSubnet(net, prefix, 'ipv6')

/** Says whether an address may be dialled: an IP literal without a zone outside every private, local and special range; IPv4 inside IPv6 counts as IPv4. */
export function isPublicAddress(address: string): boolean {
  const kind = isIP(address)
  if (kind === 0 || address.includes('%')) return false
  // BlockList matches IPv4-mapped IPv6 addresses against its IPv4 rules.
  return !special.check(address, kind === 4 ? 'ipv4' : 'ipv6')
}
