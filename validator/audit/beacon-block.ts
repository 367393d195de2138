import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'

/** Height whose finalised hash draws the audits of the requests with this deadline: nobody knows it while the receipt can still be written. */
export function beaconBlock(deadlineBlock: number, subnet: SubnetFile): number {
  return deadlineBlock + subnet.round.beaconBlocks
}
