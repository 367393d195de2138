const u32Max = 0xffff_ffffn
const u128Max = 2n ** 128n - 1n
const loopback4 = 0x7f00_0001n
const loopback6 = 1n

/** Says whether an address may be served: no loopback and no broadcast. Zero and private addresses are legal here. */
export function isServable(ip: bigint, ipType: 4 | 6): boolean {
  return ipType === 4 ? ip < u32Max && ip !== loopback4 : ip !== u128Max && ip !== loopback6
}
