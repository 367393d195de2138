import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { AssayError } from '../errors/assay-error.ts'

/** Asks at the terminal for a text that is not shown while it is typed. Throws CLI_USAGE when the person presses Ctrl-C or ends the input. */
export async function promptSecret(question: string, signal?: AbortSignal): Promise<string> {
  process.stderr.write(question)
  // Readline echoes to its output; one that swallows everything keeps the secret off the screen.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true })
  const cancel = new AbortController()
  terminal.once('SIGINT', () => cancel.abort())
  terminal.once('close', () => cancel.abort())
  try {
    return await terminal.question('', { signal: signal === undefined ? cancel.signal : AbortSignal.any([signal, cancel.signal]) })
  } catch (error) {
    if (cancel.signal.aborted)
      throw new AssayError('CLI_USAGE', { problem: 'The question was not answered; nothing was done.' }, { cause: error })
    throw error
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}
