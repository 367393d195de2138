/** Longer parts of a path are taken for keys: names of chains and versions are shorter. */
const longestName = 15

/**
 * An endpoint's address as it may be shown and logged: without the user, the query, the fragment and long parts of the path, where
 * node providers put their keys. Reads any text, also one that is no address.
 */
export function redactEndpoint(text: string): string {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?([\s\S]*)$/i.exec(text) ?? []
  const [before = ''] = rest.split(/[?#]/, 1)
  // A user may hold slashes where the address is mistyped: all up to the last @ goes.
  const place = before.includes('@') ? `***@${before.slice(before.lastIndexOf('@') + 1)}` : before
  const [host = '', ...parts] = place.split('/')
  const path = parts.map(part => (part.length > longestName ? '***' : part))
  return scheme + [host, ...path].join('/') + (before === rest ? '' : `${rest[before.length]}***`)
}
