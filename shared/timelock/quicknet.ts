import type { BeaconTimes } from './beacon-times.ts'

/**
 * The public beacon that Subtensor's networks use (drand quicknet). A client reads the beacon of its own chain from Drand.BeaconConfig;
 * this is for tests, and for chains that store none.
 */
export const quicknet: BeaconTimes & { readonly publicKey: Uint8Array } = {
  genesisSec: 1_692_803_367,
  periodSec: 3,
  publicKey: Uint8Array.from(
    Buffer.from(
      '83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a',
      'hex',
    ),
  ),
}
