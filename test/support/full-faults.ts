/** True in `npm run faults`: the heavy cases run at full size. */
export const fullFaults = process.env.ASSAY_FAULTS === 'full'

/** A number of repetitions: the small one in `npm test`, the full one in `npm run faults`. */
export function times(small: number, full: number): number {
  return fullFaults ? full : small
}
