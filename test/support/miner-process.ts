// A miner as a process of its own, with a chain in memory and an engine without a model: started by tests that signal it, starve it or read its log.
import { setTimeout as wait } from 'node:timers/promises'
import { stopSignal } from '../../shared/util/stop-signal.ts'
import { waitForAbort } from '../../shared/util/wait-for-abort.ts'
import { startOpenMiner } from './open-miner.ts'

interface ProcessOptions {
  /** Answers wait after their first token: for a signal SIGUSR2, and then so long. */
  readonly answerMs?: number
  /** The engine fails at temperature 0 with an error that holds this. */
  readonly poison?: string
  readonly flags?: Record<string, unknown>
}

const { answerMs = 0, poison, flags = {} }: ProcessOptions = JSON.parse(process.argv[2] ?? '{}')
const signal = stopSignal()
const miner = await startOpenMiner({ flags })
const { engine, running, apiKey, folder, model, cast } = miner
if (answerMs > 0) {
  const open = engine.hold(1)
  process.once('SIGUSR2', () => void wait(answerMs).then(open))
}
if (poison !== undefined) {
  const { generate } = engine
  engine.generate = (request, ...rest) => {
    if (request.sampling.temperature > 0) return generate(request, ...rest)
    const cause = new Error(`the prompt was ${poison}`)
    return Promise.reject(Object.assign(new Error(`cannot run: ${poison}`, { cause }), { prompt: poison, request }))
  }
}
const told = { url: running.url, apiKey, folder, hotkey: cast.miner.hotkey, manifestDigest: model.manifestDigest }
process.stdout.write(`${JSON.stringify(told)}\n`)
await waitForAbort(signal)
await miner.stop()
