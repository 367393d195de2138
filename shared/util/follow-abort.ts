import { onAbort } from './on-abort.ts'

/** A signal that aborts with the first of several. */
export interface FollowedAbort {
  readonly signal: AbortSignal
  /** Ends the following: to be called when the work is done. */
  forget(): void
}

/** Follows several signals with one, where many pieces of work pass: `AbortSignal.any` costs as much as a small request, and leaves traces on signals that live long. */
export function followAbort(signals: readonly AbortSignal[]): FollowedAbort {
  const controller = new AbortController()
  const aborted = signals.find(signal => signal.aborted)
  if (aborted !== undefined) {
    controller.abort(aborted.reason)
    return { signal: controller.signal, forget() {} }
  }
  const ends = signals.map(signal => onAbort(signal, () => controller.abort(signal.reason)))
  return {
    signal: controller.signal,
    forget() {
      for (const end of ends) end()
    },
  }
}
