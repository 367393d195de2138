import { readFileSync } from 'node:fs'

/** The version of this program, as its package states it. */
export function programVersion(): string {
  const here = import.meta.url
  const file = new URL(here.endsWith('.ts') ? '../../package.json' : '../../../package.json', here)
  // Our own package, which npm cannot install without a version.
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  return version
}
