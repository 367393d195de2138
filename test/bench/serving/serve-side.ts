import type { FromSide, ToSide } from './side-messages.ts'

export type RunWork = (work: Extract<ToSide, object>['run']) => Promise<{ readonly tokens: number; readonly firstMs: number }>

/** Says that this process is ready and does the work that its parent asks for, until it is told to stop. */
export function serveSide<Ready>(ready: Ready, run: RunWork, stop: () => Promise<void>): void {
  const send = (message: FromSide<Ready>) => process.send?.(message)
  process.on('message', (message: ToSide) => {
    if (message === 'stop') void stop().finally(() => process.exit(0))
    else
      run(message.run).then(send, error => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
        process.exit(1)
      })
  })
  send({ ready })
}
