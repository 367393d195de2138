import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { FromSide, SideSetup, ToSide } from './side-messages.ts'

/** A process that can be measured from outside. */
export interface SideProcess<Ready> {
  readonly pid: number
  readonly ready: Ready
  run(work: Extract<ToSide, object>['run']): Promise<{ readonly tokens: number; readonly firstMs: number }>
  stop(): Promise<void>
}

/** Starts one side in a process of its own; rejects where it ends before it is ready. */
export async function startSide<Ready>(file: string, setup: SideSetup): Promise<SideProcess<Ready>> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [JSON.stringify(setup)], { stdio: ['ignore', 2, 2, 'ipc'] })
  const first = await answerOf<Ready>(child)
  if (!('ready' in first)) throw new Error(`${file} answered before it was ready`)
  return {
    pid: child.pid ?? 0,
    ready: first.ready,
    async run(work) {
      const answered = answerOf<Ready>(child)
      child.send({ run: work } satisfies ToSide)
      const answer = await answered
      if ('ready' in answer) throw new Error(`${file} started twice`)
      return answer
    },
    async stop() {
      if (child.exitCode !== null) return
      const exited = once(child, 'exit')
      child.send('stop' satisfies ToSide)
      await exited
    },
  }
}

async function answerOf<Ready>(child: ChildProcess): Promise<FromSide<Ready>> {
  const ending = new AbortController()
  const ended = once(child, 'exit', { signal: ending.signal }).then(([code]) => {
    throw new Error(`the process ended with ${code}`)
  })
  ended.catch(() => {})
  try {
    const [message]: FromSide<Ready>[] = await Promise.race([once(child, 'message', { signal: ending.signal }), ended])
    if (message === undefined) throw new Error('no message')
    return message
  } finally {
    ending.abort()
  }
}
