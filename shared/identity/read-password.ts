import { AssayError } from '../errors/assay-error.ts'
import { assertPrivate, readBytes } from './read-private-file.ts'

/** Where a password may come from, in this order: a file, the environment, the person at the terminal. */
export interface PasswordSources {
  readonly passwordFile?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Asks the person; absent where there is no terminal. */
  readonly prompt?: (question: string) => Promise<string>
}

/** The passwords to try, the likelier first, and where they came from, for the operator to read. */
export interface ReadPassword {
  readonly candidates: readonly string[]
  readonly source: string
}

/** The name of the environment variable that other tools of the field read for this key file. */
export function passwordVariable(file: string): string {
  return `BT_PW_${file.replace(/[/\\.]/g, '_').toUpperCase()}`
}

/** Finds the password for a key file. Throws WALLET_PASSWORD_MISSING where no source has one. */
export async function readPassword(file: string, sources: PasswordSources): Promise<ReadPassword> {
  const variable = passwordVariable(file)
  if (sources.passwordFile !== undefined) {
    const { content, mode } = await readBytes(sources.passwordFile)
    assertPrivate(sources.passwordFile, mode)
    return { candidates: [content.toString('utf8').replace(/\r?\n$/, '')], source: sources.passwordFile }
  }
  const value = sources.env?.[variable]
  if (value !== undefined && value !== '') return readVariable(value, variable)
  if (sources.prompt === undefined) throw new AssayError('WALLET_PASSWORD_MISSING', { file, variable })
  return { candidates: [await sources.prompt(`Password for ${file}: `)], source: 'the terminal' }
}

/** The field stores base64 of the password XORed with the variable's name, and people set it plain: both are taken. */
function readVariable(value: string, variable: string): ReadPassword {
  const mask = Buffer.from(variable)
  const bytes = Buffer.from(value, 'base64')
  const masked = bytes.length > 0 && bytes.toString('base64') === value
  const text = Buffer.from(bytes.map((byte, index) => byte ^ (mask[index % mask.length] ?? 0))).toString('utf8')
  // A plain password that happens to be base64 gives control characters here, and then only the plain reading is left.
  const printable = masked && /^[^\p{Cc}\ufffd]+$/u.test(text)
  return printable ? { candidates: [text, value], source: `${variable} (masked)` } : { candidates: [value], source: `${variable} (plain)` }
}
