import { constant, definePallet, type Pallet } from '../pallet.ts'
import { palletId } from '../pallet-id.ts'
import { u64 } from '../scale/primitives.ts'

/** Nobody takes turns here; the pallet stands for its constant, by which clients learn the block time. */
export function auraPallet(blockTimeMs: number): Pallet {
  return definePallet({
    id: palletId({ name: 'Aura', index: 3, path: 'pallet_aura::pallet' }),
    constants: { SlotDuration: constant(u64, BigInt(blockTimeMs)) },
  })
}
