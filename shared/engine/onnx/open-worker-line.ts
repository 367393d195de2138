import { parentPort } from 'node:worker_threads'
import type { FromWorker, ToWorker, WorkerBase } from './worker-messages.ts'

/** How a worker speaks with the program that started it. */
export interface ParentLine<Setup extends WorkerBase> extends Line<ToWorker<Setup>, FromWorker> {}

/** The same for messages of any kind. */
export interface Line<Heard, Sent> {
  send(message: Sent): void
  onMessage(hear: (message: Heard) => void): void
  /** Ends this worker, once all is sent. */
  end(code: number): void
}

/** The line of this worker, a thread or a process; a process without its program ends. */
export function openWorkerLine<Setup extends WorkerBase>(): ParentLine<Setup> {
  return openLine<ToWorker<Setup>, FromWorker>()
}

/** As openWorkerLine, for messages of any kind. */
export function openLine<Heard, Sent>(): Line<Heard, Sent> {
  const port = parentPort
  if (port !== null)
    return {
      send: message => port.postMessage(message),
      onMessage: hear => port.on('message', hear),
      end: code => (code === 0 ? port.close() : process.exit(code)),
    }
  // Ctrl-C reaches the whole group of processes, and a service's stop all of them: the program decides when its engine ends,
  // and without the program the line breaks.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => {})
  process.on('disconnect', () => process.exit(0))
  let unsent = 0
  let ending: number | undefined
  const endIfSent = () => {
    if (ending !== undefined && unsent === 0) process.exit(ending)
  }
  return {
    send(message) {
      unsent += 1
      process.send?.(message, undefined, undefined, () => {
        unsent -= 1
        endIfSent()
      })
    },
    onMessage: hear => process.on('message', message => hear(message as Heard)),
    end(code) {
      ending = code
      endIfSent()
    },
  }
}
