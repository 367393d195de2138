import { definePallet, type Pallet } from '../../pallet.ts'
import { devBeaconConfig } from './dev-beacon.ts'
import { drandEvents, drandId, drandStorage } from './tables.ts'
import { writePulses } from './write-pulses.ts'

/** The beacon's pulses on the chain, made by the chain itself: about four rounds a block, none shorter than a second. */
export function drandPallet(blockTimeMs: number): Pallet {
  const periodSec = Math.max(1, Math.round(blockTimeMs / 4_000))
  return definePallet({
    id: drandId,
    storage: drandStorage,
    events: drandEvents,
    hooks: {
      genesis(ctx, { timestampMs }) {
        ctx.set(drandStorage.BeaconConfig, devBeaconConfig(Math.floor(timestampMs / 1000), periodSec))
      },
      onInitialize: writePulses,
    },
  })
}
