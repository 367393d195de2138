import { AssayError } from '../errors/assay-error.ts'

/** Scalars and mappings: all that is read here of YAML. */
export type PlainYaml = string | number | boolean | null | PlainMapping
export interface PlainMapping {
  readonly [key: string]: PlainYaml
}

interface Line {
  readonly number: number
  readonly indent: number
  readonly key: string
  readonly value: string
}

const maxChars = 65_536
const maxDepth = 8
const keyValue = /^( *)([A-Za-z0-9_][\w.-]*) *:(?: +(\S.*))?$/

/**
 * Reads the part of YAML that min_compute.yml files are written in: mappings by indentation, plain and quoted scalars, comments. Lists,
 * anchors and texts over several lines are refused. Throws DOCTOR_YAML with the line.
 */
export function parsePlainYaml(text: string, file: string): PlainMapping {
  const refuse = (number: number, problem: string): never => {
    throw new AssayError('DOCTOR_YAML', { file, line: number, problem })
  }
  if (text.length > maxChars) refuse(1, `the file has more than ${maxChars} characters`)
  const lines = text.split(/\r?\n/).flatMap((raw, index): Line[] => {
    const content = withoutComment(raw).trimEnd()
    if (content === '' || content === '---') return []
    const [, spaces = '', key = '', value = ''] = keyValue.exec(content) ?? refuse(index + 1, 'it is no "key: value"')
    return [{ number: index + 1, indent: spaces.length, key, value }]
  })
  let at = 0
  const mapping = (indent: number, depth: number): PlainMapping => {
    const keys = new Map<string, PlainYaml>()
    for (let line = lines[at]; line !== undefined && line.indent >= indent; line = lines[at]) {
      if (line.indent > indent) refuse(line.number, 'its indentation fits nothing above')
      if (keys.has(line.key)) refuse(line.number, `${line.key} is there twice`)
      at += 1
      const inner = lines[at]
      if (line.value !== '') keys.set(line.key, scalar(line.value) ?? refuse(line.number, `${line.value} is no plain value`))
      else if (inner === undefined || inner.indent <= indent) keys.set(line.key, null)
      else if (depth === maxDepth) refuse(line.number, `it lies deeper than ${maxDepth} levels`)
      else keys.set(line.key, mapping(inner.indent, depth + 1))
    }
    return Object.fromEntries(keys)
  }
  const root = mapping(lines[0]?.indent ?? 0, 1)
  const rest = lines[at]
  if (rest !== undefined) refuse(rest.number, 'its indentation fits nothing above')
  return root
}

// A # begins a comment at the start of a line or after a space, outside of quotes.
function withoutComment(text: string): string {
  let quote = ''
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index)
    if (quote !== '') quote = character === quote ? '' : quote
    else if (character === "'" || character === '"') quote = character
    else if (character === '#' && (index === 0 || /\s/.test(text.charAt(index - 1)))) return text.slice(0, index)
  }
  return text
}

/** A scalar; undefined where it is none that is read here. */
function scalar(text: string): Exclude<PlainYaml, null> | undefined {
  const quoted = /^'([^']*)'$|^"([^"\\]*)"$/.exec(text)
  if (quoted !== null) return quoted[1] ?? quoted[2] ?? ''
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true'
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text)
  return /^[[\]{}&*!|>%@`'"#,?-]/.test(text) ? undefined : text
}
