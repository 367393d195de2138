import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

/** Asks at the terminal for a text that is not shown while it is typed. Rejects when the person presses Ctrl-C. */
export async function promptSecret(question: string, signal?: AbortSignal): Promise<string> {
  process.stderr.write(question)
  // Readline echoes to its output; one that swallows everything keeps the secret off the screen.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true })
  const cancel = new AbortController()
  terminal.once('SIGINT', () => cancel.abort())
  try {
    return await terminal.question('', { signal: signal === undefined ? cancel.signal : AbortSignal.any([signal, cancel.signal]) })
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}
