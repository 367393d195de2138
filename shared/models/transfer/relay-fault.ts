/** What a relay did wrong with one request. */
export interface RelayFault {
  readonly kind: 'corrupt' | 'redirect' | 'absent' | 'refused' | 'stalled' | 'slow' | 'broken'
  /** For people: what was seen, and of what. */
  readonly problem: string
  /** When a relay says that it will have it. */
  readonly retryAfterMs?: number
}

/** How many such faults in a row end a relay's part in a fetch; what cannot happen by chance ends it at once, what it does not have yet never does. */
export const faultsAllowed: Readonly<Record<RelayFault['kind'], number>> = {
  ...{ corrupt: 0, redirect: 0, slow: 1, stalled: 1, refused: 2, broken: 4, absent: Number.POSITIVE_INFINITY },
}
