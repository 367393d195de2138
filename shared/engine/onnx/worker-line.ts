import type { FromWorker, ToWorker, WorkerBase } from './worker-messages.ts'

/** The wire between an engine and its worker, be that a process or a thread. */
export interface WorkerLine<Sent = ToWorker<WorkerBase>, Heard = FromWorker> {
  /** What is posted to a worker that has ended is lost. */
  post(message: Sent): void
  onMessage(hear: (message: Heard) => void): void
  /** Calls back once, with the reason, when the worker has ended, whoever ended it. */
  onEnd(hear: (problem: string) => void): void
  readonly ended: Promise<void>
  kill(): void
}
