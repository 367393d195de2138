import type { Option } from './option.ts'

/** Reads one raw value (text from a flag or the environment, or a JSON value from a file) as its option demands; a string in return is the problem. */
export function readOption(option: Option, raw: unknown): { value: unknown } | { problem: string } {
  switch (option.type) {
    case 'boolean':
      return readBoolean(raw)
    case 'integer':
    case 'number':
      return readNumber(option, raw)
    case 'list': {
      const items = typeof raw === 'string' ? raw.split(',').filter(item => item !== '') : raw
      return Array.isArray(items) && items.every(item => typeof item === 'string')
        ? { value: Object.freeze([...items]) }
        : { problem: 'expected a list of words separated by commas' }
    }
    case 'string':
      if (typeof raw !== 'string' || raw === '') return { problem: 'expected a text that is not empty' }
      if (option.choices !== undefined && !option.choices.includes(raw)) return { problem: `expected one of ${option.choices.join(', ')}` }
      return { value: raw }
  }
}

function readBoolean(raw: unknown) {
  if (typeof raw === 'boolean') return { value: raw }
  const word = typeof raw === 'string' ? raw.toLowerCase() : ''
  // `0` and `off` must switch off: reading any set variable as true is a known trap of the field.
  if (['1', 'true', 'yes', 'on'].includes(word)) return { value: true }
  if (['0', 'false', 'no', 'off', ''].includes(word) && typeof raw === 'string') return { value: false }
  return { problem: 'expected true or false' }
}

function readNumber(option: Option, raw: unknown) {
  const value = typeof raw === 'number' ? raw : typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : Number.NaN
  if (!Number.isFinite(value)) return { problem: 'expected a number' }
  if (option.type === 'integer' && !Number.isSafeInteger(value)) return { problem: 'expected a whole number' }
  if (option.min !== undefined && value < option.min) return { problem: `expected at least ${option.min}` }
  if (option.max !== undefined && value > option.max) return { problem: `expected at most ${option.max}` }
  return { value }
}
