interface Waiting {
  readonly callbacks: Set<() => void>
  readonly run: () => void
}

const waitingOf = new WeakMap<AbortSignal, Waiting>()

/**
 * Calls back when the signal aborts, once; returns what undoes that. However many wait for one signal, it has one listener, since Node warns of
 * a leak from the eleventh on; when nobody waits any more it has none, since Node keeps a signal of `AbortSignal.any` for good while it has one.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const waiting = waitingOf.get(signal) ?? listen(signal)
  waiting.callbacks.add(callback)
  return () => {
    if (!waiting.callbacks.delete(callback) || waiting.callbacks.size > 0) return
    signal.removeEventListener('abort', waiting.run)
    if (waitingOf.get(signal) === waiting) waitingOf.delete(signal)
  }
}

function listen(signal: AbortSignal): Waiting {
  const callbacks = new Set<() => void>()
  const run = () => {
    for (const callback of callbacks) callback()
    callbacks.clear()
  }
  const waiting = { callbacks, run }
  waitingOf.set(signal, waiting)
  signal.addEventListener('abort', run, { once: true })
  return waiting
}
