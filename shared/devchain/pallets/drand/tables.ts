import { quicknet } from '../../../timelock/quicknet.ts'
import { defineEvents, event } from '../../event.ts'
import { palletId } from '../../pallet-id.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { boundedBytes, vec } from '../../scale/collections.ts'
import { struct } from '../../scale/composites.ts'
import { u32, u64 } from '../../scale/primitives.ts'
import { defineStorage, storageMap, storageValue } from '../../storage-entry.ts'

/** The pallet that keeps the pulses of a beacon on the chain. */
export const drandId = palletId({ name: 'Drand', index: 26, path: 'pallet_drand::pallet' })

const hash = boundedBytes(32)

/** Which beacon the chain follows. */
export const beaconConfiguration = struct('pallet_drand::types::BeaconConfiguration', {
  public_key: boundedBytes(96),
  period: u32,
  genesis_time: u32,
  hash,
  group_hash: hash,
  scheme_id: hash,
  metadata: struct('pallet_drand::types::Metadata', { beacon_id: hash }),
})
export type BeaconConfiguration = ValueOf<typeof beaconConfiguration>

/** One signed round; the randomness is the signature's SHA-256. */
export const pulse = struct('pallet_drand::types::Pulse', { round: u64, randomness: hash, signature: boundedBytes(144) })

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))

/** The name of the scheme whose signatures open timelocked commits. */
export const beaconScheme = Uint8Array.from(Buffer.from('bls-unchained-g1-rfc9380', 'ascii'))

export const drandStorage = defineStorage(drandId, {
  BeaconConfig: storageValue(beaconConfiguration, {
    default: {
      public_key: quicknet.publicKey,
      period: quicknet.periodSec,
      genesis_time: quicknet.genesisSec,
      hash: bytes('52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971'),
      group_hash: bytes('f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e'),
      scheme_id: beaconScheme,
      metadata: { beacon_id: Uint8Array.from(Buffer.from('quicknet', 'ascii')) },
    },
  }),
  Pulses: storageMap([['Blake2_128Concat', u64]], pulse),
  LastStoredRound: storageValue(u64, { default: 0n }),
  OldestStoredRound: storageValue(u64, { default: 0n }),
})

export const drandEvents = defineEvents(drandId, { NewPulse: event(1, { rounds: vec(u64) }) })
