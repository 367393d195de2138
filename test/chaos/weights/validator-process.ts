import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { WeightsForm } from '../../../validator/weights/intent.ts'
import type { KillPoint } from './kill-points.ts'

/** What is wrong with a validator on purpose: it keeps no journal over its death, or says everything twice. */
export type Weakness = 'forgetful' | 'twice'

export interface ValidatorTask {
  readonly endpoint: string
  readonly folder: string
  readonly netuid: number
  /** Development URI or words of the hotkey. */
  readonly hotkey: string
  readonly form: WeightsForm
  readonly seed: string
  readonly rateLimit: number
  readonly weakness: Weakness | null
  /** Where it is to die; null for nowhere. */
  readonly armed: KillPoint | null
}

/** What the parent tells it: where to die, or to say a number back. */
export type Order = { readonly armed: KillPoint | null } | { readonly ping: number }

/** What it tells the parent: the head up to which it has nothing left to do, missed tempos, why it stops, or the number of a ping. */
export type Report =
  | { readonly pong: number }
  | { readonly looked: number }
  | { readonly missedTempos: number }
  | { readonly problem: string }

/** One life of a validator's weights as a process. */
export interface ValidatorProcess {
  /** Resolves with the exit code, null after a signal. */
  readonly exited: Promise<number | null>
  isAlive(): boolean
  order(order: Order): void
  /** kill -9. */
  kill(): void
  stop(): Promise<number | null>
}

const program = fileURLToPath(new URL('./weights-validator.ts', import.meta.url))

/** Starts one life; reports are handed on until it ends. */
export function startValidatorProcess(task: ValidatorTask, onReport: (report: Report) => void, onExit: () => void): ValidatorProcess {
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', program, JSON.stringify(task)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  let alive = true
  const exited = new Promise<number | null>(resolve => {
    child.once('exit', code => {
      alive = false
      resolve(code)
      onExit()
    })
  })
  // Only our own program is on the other side.
  child.on('message', message => onReport(message as Report))
  // The channel of one who was killed.
  child.on('error', () => undefined)
  return {
    exited,
    isAlive: () => alive,
    order: order => {
      if (alive) child.send(order, () => undefined)
    },
    kill: () => void child.kill('SIGKILL'),
    stop: async () => {
      child.kill('SIGTERM')
      return exited
    },
  }
}
