/** A signal that aborts when `signal` does or after `ms`, whichever comes first. */
export function abortAfter(ms: number, signal?: AbortSignal): AbortSignal {
  const deadline = AbortSignal.timeout(ms)
  return signal === undefined ? deadline : AbortSignal.any([signal, deadline])
}
