/** True in `npm run fuzz`. */
export const fullFuzz = process.env.ASSAY_FUZZ === 'full'

/** Cases of one fuzzed property: a fast subset in `npm test`, so many that all of them together are over 100,000 in `npm run fuzz`. */
export function fuzzRuns(fast: number): number {
  return fullFuzz ? 20_000 : fast
}
