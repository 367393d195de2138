/** Whose stake with whom on which subnet. */
export interface StakePosition {
  readonly coldkey: string
  readonly hotkey: string
  readonly netuid: number
}
