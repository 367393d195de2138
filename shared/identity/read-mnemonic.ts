import { AssayError } from '../errors/assay-error.ts'
import { normaliseMnemonic } from './mnemonic.ts'
import { assertPrivate, readBytes } from './read-private-file.ts'

/** Reads the words of a mnemonic from a file that only its owner can read, or from standard input where `source` is "-". */
export async function readMnemonic(source: string, input: AsyncIterable<unknown> = process.stdin): Promise<string> {
  if (source === '-') return normaliseMnemonic(await readText(input))
  const { content, mode } = await readBytes(source)
  assertPrivate(source, mode)
  return normaliseMnemonic(content.toString('utf8'))
}

async function readText(input: AsyncIterable<unknown>): Promise<string> {
  let text = ''
  for await (const chunk of input) {
    text += String(chunk)
    if (text.length > 4096) throw new AssayError('WALLET_MNEMONIC', { problem: 'standard input held more than 4096 characters' })
  }
  return text
}
