import { readFileSync } from 'node:fs'
import { AssayError } from '../errors/assay-error.ts'
import { envOf, flagOf, type OptionTable, type SettingsOf } from './option.ts'
import { readOption } from './read-option.ts'

export interface SettingsSources {
  /** What the command line gave, by key. */
  readonly flags?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, string | undefined>>
  /** A JSON file whose members are keys of the table. */
  readonly file?: string | undefined
}

/** Loads a program's settings: flag, then environment, then file, then default; throws SETTINGS_INVALID with every mistake at once; the result is frozen. */
export function loadSettings<const T extends OptionTable>(table: T, { flags = {}, env = {}, file }: SettingsSources): SettingsOf<T> {
  const problems: string[] = []
  const fromFile = file === undefined ? {} : readSettingsFile(file, problems)
  for (const key of Object.keys(fromFile)) if (!(key in table)) problems.push(`${file}: "${key}" is no setting of this program`)

  const settings: Record<string, unknown> = {}
  for (const [key, option] of Object.entries(table)) {
    const envName = [envOf(key), ...(option.envAliases ?? [])].find(name => env[name] !== undefined)
    const [raw, source] =
      flags[key] !== undefined
        ? [flags[key], `--${flagOf(key)}`]
        : envName !== undefined
          ? [env[envName], envName]
          : [fromFile[key], `${file}: ${key}`]
    if (raw === undefined) {
      if (option.default !== undefined) settings[key] = option.default
      else if (option.required === true) problems.push(`--${flagOf(key)} (or ${envOf(key)}) is needed: ${option.description}`)
      continue
    }
    const read = readOption(option, raw)
    if ('problem' in read) problems.push(`${source}: ${read.problem}, got ${JSON.stringify(raw)}`)
    else settings[key] = read.value
  }
  if (problems.length > 0) throw new AssayError('SETTINGS_INVALID', { problems: problems.map(problem => `  - ${problem}`).join('\n') })
  // Every key was read by the option that gives it its type.
  return Object.freeze(settings) as SettingsOf<T>
}

function readSettingsFile(file: string, problems: string[]): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
    problems.push(`${file}: expected a JSON object`)
  } catch (error) {
    problems.push(`${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
  return {}
}
