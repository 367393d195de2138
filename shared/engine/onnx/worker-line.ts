import type { FromWorker, ToWorker, WorkerBase } from './worker-messages.ts'

/** The wire between an engine and its worker, be that a process or a thread. */
export interface WorkerLine {
  /** What is posted to a worker that has ended is lost. */
  post(message: ToWorker<WorkerBase>): void
  onMessage(hear: (message: FromWorker) => void): void
  /** Calls back once, with the reason, when the worker has ended, whoever ended it. */
  onEnd(hear: (problem: string) => void): void
  readonly ended: Promise<void>
  kill(): void
}
