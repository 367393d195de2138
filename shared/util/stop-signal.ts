/** A signal that aborts on Ctrl-C, SIGTERM, or when the process that started us is gone (where it opened a channel to us). */
export function stopSignal(): AbortSignal {
  const controller = new AbortController()
  const stop = (reason: string) => {
    // The second request is for people who do not want to wait.
    if (controller.signal.aborted) process.exit(130)
    controller.abort(reason)
  }
  process.on('SIGINT', () => stop('SIGINT'))
  process.on('SIGTERM', () => stop('SIGTERM'))
  if (process.channel !== undefined && process.channel !== null) {
    process.on('disconnect', () => stop('the parent is gone'))
    process.channel.unref()
  }
  return controller.signal
}
