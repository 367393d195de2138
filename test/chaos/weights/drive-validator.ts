import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { KillPoint } from './kill-points.ts'
import { type Report, startValidatorProcess, type ValidatorProcess, type ValidatorTask } from './validator-process.ts'
import type { WeightsStage } from './weights-stage.ts'

/** A validator's process over all its lives, and the blocks that come while it lives them. */
export interface Driver {
  /** How often it was killed, by step. */
  readonly killed: ReadonlyMap<string, number>
  /** What no kill explains: it stopped by itself, or said why it would. */
  readonly problems: readonly string[]
  /** The most tempos in a row that it said it missed. */
  readonly missedTempos: number
  readonly isArmed: boolean
  /** The next life, or this one, dies at a step of its journal; null disarms. */
  arm(point: KillPoint | null): void
  kill(label: string): void
  /** A submission reached the chain: the next block need not wait. */
  hurry(): void
  /** Something was dropped, lost or cut: until the validator has got over it, blocks come by the clock. */
  disturb(): void
  /** Waits until the validator has dealt with the head, or the next block is due; a dead one is started again first. */
  settle(): Promise<void>
  stop(): Promise<number | null>
}

interface DriverParts {
  readonly stage: WeightsStage
  readonly task: Omit<ValidatorTask, 'armed'>
  readonly random: () => number
  readonly signal: AbortSignal
}

/** While something is amiss a block comes in so many milliseconds, the chain's own block time; one that is idle gets the next at once. */
const blockMs = 500
/** A validator that is merely slow, on a busy machine, is waited for. */
const patienceMs = 10_000
/** A sent call waits so long for its block. */
const arrivalMs = 15
/** Blocks that pass while a killed validator starts again, at most: at twelve seconds each, half a minute is long. */
const mostDownBlocks = 3
const startWithinMs = 120_000

export function driveValidator({ stage, task, random, signal }: DriverParts): Driver {
  const { node } = stage
  mkdirSync(task.folder, { recursive: true })
  const killed = new Map<string, number>()
  const problems: string[] = []
  let life: ValidatorProcess | null = null
  let armed: KillPoint | null = null
  let label: string | null = null
  let lives = 0
  let looked = -1
  let asked = 0
  let heard = 0
  let arrived = false
  let disturbed = false
  let missedTempos = 0
  let stopping = false
  let wake = () => {}

  const onReport = (from: number, report: Report) => {
    // The dead may still be heard.
    if (from !== lives) return
    if ('looked' in report) looked = Math.max(looked, report.looked)
    else if ('pong' in report) heard = report.pong
    else if ('missedTempos' in report) missedTempos = Math.max(missedTempos, report.missedTempos)
    else problems.push(report.problem)
    wake()
  }
  const onExit = () => {
    if (!stopping) {
      // Who was armed and fell without our doing died at a step of the journal.
      const cause = label ?? armed
      if (cause === null) problems.push('the validator ended by itself')
      else killed.set(cause, (killed.get(cause) ?? 0) + 1)
      armed = null
      label = null
    }
    life = null
    wake()
  }
  /** For whoever looks into the folder afterwards. */
  const note = (what: string) => {
    const { number } = node.chain.head
    appendFileSync(join(task.folder, 'driver.log'), `${JSON.stringify({ at: Date.now(), what, head: number, looked, disturbed, armed })}\n`)
  }
  const wait = async (holds: () => boolean, withinMs: number): Promise<boolean> => {
    const deadline = performance.now() + withinMs
    while (!holds()) {
      signal.throwIfAborted()
      const leftMs = deadline - performance.now()
      if (leftMs <= 0) return false
      let timer: NodeJS.Timeout | undefined
      await new Promise<void>(resolve => {
        wake = resolve
        timer = setTimeout(resolve, leftMs)
      })
      clearTimeout(timer)
    }
    return true
  }
  const isUpToDate = () => looked >= node.chain.head.number
  const revive = async () => {
    lives += 1
    const born = lives
    life = startValidatorProcess({ ...task, armed }, report => onReport(born, report), onExit)
    for (let made = Math.floor(random() * (mostDownBlocks + 1)); made > 0; made--) node.newBlock()
    looked = -1
    note('revive')
    if (!(await wait(() => isUpToDate() || life === null || arrived, startWithinMs))) throw new Error('the validator does not start')
  }
  return {
    killed,
    problems,
    get missedTempos() {
      return missedTempos
    },
    get isArmed() {
      return armed !== null
    },
    arm(point) {
      armed = point
      life?.order({ armed: point })
    },
    kill(cause) {
      label = cause
      note(`kill ${cause}`)
      life?.kill()
    },
    hurry() {
      arrived = true
      wake()
    },
    disturb() {
      disturbed = true
      note('fault')
      wake()
    },
    async settle() {
      while (life === null || !life.isAlive()) await revive()
      const startMs = performance.now()
      const isDone = () => isUpToDate() || arrived || life === null
      await wait(() => isDone() || disturbed || task.weakness !== null, patienceMs)
      await wait(isDone, blockMs - (performance.now() - startMs))
      // A machine that stands still is nothing that a validator could get over: no block comes before it can be heard again.
      asked += 1
      const ping = asked
      if (!isDone()) life?.order({ ping })
      if (!(await wait(() => isDone() || heard === ping, patienceMs))) note('frozen')
      note('settled')
      if (isUpToDate()) disturbed = false
      if (arrived) await delay(arrivalMs)
      arrived = false
    },
    async stop() {
      stopping = true
      return (await life?.stop()) ?? null
    },
  }
}
