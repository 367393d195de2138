import { type Command, Option as CommanderOption } from 'commander'
import { envOf, flagOf, type Option, type OptionTable } from './option.ts'

/** Gives a command the flags of a table; the field's own names become hidden aliases. Values stay as typed: `loadSettings` reads them. */
export function addOptions(command: Command, table: OptionTable): Command {
  for (const [key, option] of Object.entries(table)) {
    command.addOption(new CommanderOption(signature(flagOf(key), option), describe(key, option)))
    for (const alias of option.aliases ?? [])
      command.addOption(new CommanderOption(signature(alias, option), `same as --${flagOf(key)}`).hideHelp())
  }
  return command.option('--config <file>', 'JSON file with any of these settings')
}

/** The flags that were given on the command line, under the table's keys (an alias counts as its option). */
export function givenFlags(command: Command, table: OptionTable): Record<string, unknown> {
  const values = command.opts<Record<string, unknown>>()
  const given: Record<string, unknown> = {}
  for (const [key, option] of Object.entries(table)) {
    const names = [flagOf(key), ...(option.aliases ?? [])].map(attributeOf)
    const name = names.find(candidate => values[candidate] !== undefined)
    if (name !== undefined) given[key] = values[name]
  }
  return given
}

function signature(flag: string, option: Option): string {
  return option.type === 'boolean' ? `--${flag} [on|off]` : `--${flag} <${option.unit ?? option.type}>`
}

function describe(key: string, option: Option): string {
  const tail = option.default === undefined ? '' : ` (default: ${JSON.stringify(option.default)})`
  return `${option.description}${tail} [${envOf(key)}]`
}

// Commander's own rule for the attribute's name, which it does not export for names with dots.
function attributeOf(flag: string): string {
  return new CommanderOption(`--${flag} <x>`).attributeName()
}
