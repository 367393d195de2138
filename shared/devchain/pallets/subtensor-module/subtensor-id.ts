import { palletId } from '../../pallet-id.ts'

/** The pallet of subnets, neurons, weights and stake. */
export const subtensorId = palletId({ name: 'SubtensorModule', index: 7, path: 'pallet_subtensor::pallet' })
