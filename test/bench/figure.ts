/** One measured figure of the bench: a ratio of CPU times, or milliseconds of CPU, with its spread. */
export interface Figure {
  readonly name: string
  readonly value: number
  /** Ends of the interval that holds the value in 95 % of resamplings. */
  readonly low: number
  readonly high: number
  readonly unit: string
  readonly note: string
}
