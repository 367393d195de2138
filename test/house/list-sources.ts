import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

export interface SourceFile {
  /** Path from the root with forward slashes. */
  readonly path: string
  readonly text: string
}

/** Every TypeScript and JavaScript file under some folders of the project. */
export function listSources(folders: readonly string[], base = root): SourceFile[] {
  return folders
    .flatMap(folder => filesUnder(join(base, folder)))
    .filter(path => /\.(ts|js)$/.test(path))
    .map(path => ({ path: relative(base, path).split(sep).join('/'), text: readFileSync(path, 'utf8') }))
}

function filesUnder(folder: string): string[] {
  let entries: ReturnType<typeof readEntries>
  try {
    entries = readEntries(folder)
  } catch {
    return []
  }
  return entries.flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.name === 'node_modules') return []
    return entry.isDirectory() ? filesUnder(path) : [path]
  })
}

function readEntries(folder: string) {
  return readdirSync(folder, { withFileTypes: true })
}
