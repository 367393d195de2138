import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'

/** Where the subnet file names no other number: some twenty minutes. */
const usualPatience = 100

/** Blocks after a request's deadline block in which its verdict is due; a receipt without one is published as unanswered from then on. */
export function verdictDueAfter({ round, audit }: SubnetFile): number {
  return round.beaconBlocks + (audit.unansweredAfter ?? Math.max(usualPatience, 4 * round.blocks))
}
