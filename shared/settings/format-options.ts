import { envOf, flagOf, type OptionTable } from './option.ts'

/** The Markdown table of a program's settings, as the README shows it. */
export function formatOptions(table: OptionTable): string {
  const rows = Object.entries(table).map(([key, option]) => {
    const aliases = (option.aliases ?? []).map(alias => ` \`--${alias}\``).join('')
    const standard = option.required === true ? '(needed)' : option.default === undefined ? '' : `\`${JSON.stringify(option.default)}\``
    return `| \`--${flagOf(key)}\`${aliases} | \`${envOf(key)}\` | ${standard} | ${option.description} |`
  })
  return ['| Flag | Environment | Default | Meaning |', '| --- | --- | --- | --- |', ...rows].join('\n')
}
