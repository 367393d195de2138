export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

/** RFC 8785 text of a JSON value: keys in UTF-16 order, no spaces, ES number format; throws RangeError on NaN, infinities and lone surrogates. */
export function canonicalJson(value: Json): string {
  const ordered = isInOrder(value) ? value : inOrder(value)
  if (ordered !== undefined) {
    // Of a value in order the language's own writer makes the same text, many times faster; but it writes a lone surrogate as an escape.
    const text = JSON.stringify(ordered)
    if (!text.includes('\\ud')) return text
  }
  return write(value)
}

/** Whether the language's own writer has nothing to be given but the value itself; without an allocation, because most values are made in order. Throws RangeError on NaN and infinities. */
function isInOrder(value: Json | undefined): boolean {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`${value} has no JSON form`)
  if (value === null || typeof value !== 'object') return value !== undefined
  if (isArray(value)) {
    for (let at = 0; at < value.length; at++) if (!isInOrder(value[at])) return false
    return true
  }
  let before = ''
  for (const key of Object.keys(value)) {
    // What begins like a number may stand first in an object whatever its place in the text.
    const first = key.charCodeAt(0)
    if (before > key || (first >= 48 && first <= 57) || !isInOrder(value[key])) return false
    before = key
  }
  return true
}

/** The value with the keys of every object in order, itself where they are; undefined where an object cannot hold them so. Throws RangeError on NaN and infinities. */
function inOrder(value: Json): Json | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`${value} has no JSON form`)
  if (value === null || typeof value !== 'object') return value
  if (isArray(value)) return arrayInOrder(value)
  const keys = Object.keys(value)
  let same = true
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at] ?? ''
    // Keys that look like places of an array come first in an object, in the order of their numbers.
    if (/^\d+$/.test(key)) return undefined
    if (at > 0 && (keys[at - 1] ?? '') > key) same = false
  }
  const members: { [key: string]: Json } = {}
  for (const key of same ? keys : keys.sort()) {
    const member = value[key]
    if (member === undefined) {
      same = false
      continue
    }
    const ordered = inOrder(member)
    if (ordered === undefined || key === '__proto__') return undefined
    if (ordered !== member) same = false
    members[key] = ordered
  }
  return same ? value : members
}

function arrayInOrder(values: readonly Json[]): Json | undefined {
  let copy: Json[] | undefined
  for (let at = 0; at < values.length; at++) {
    const value = values[at]
    const ordered = value === undefined ? undefined : inOrder(value)
    if (ordered === undefined) return undefined
    if (ordered === value) continue
    copy ??= [...values]
    copy[at] = ordered
  }
  return copy ?? values
}

function write(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError(`${value} has no JSON form`)
    return JSON.stringify(value)
  }
  if (typeof value === 'string') {
    if (/\p{Surrogate}/u.test(value)) throw new RangeError('a lone surrogate has no UTF-8 form')
    return JSON.stringify(value)
  }
  if (isArray(value)) return `[${value.map(write).join(',')}]`
  const members = Object.keys(value)
    .sort()
    .flatMap(key => {
      const member = value[key]
      return member === undefined ? [] : [`${write(key)}:${write(member)}`]
    })
  return `{${members.join(',')}}`
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
