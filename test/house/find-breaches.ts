import { posix } from 'node:path'
import type { SourceFile } from './list-sources.ts'

const programs = ['miner', 'validator', 'owner']
/** The validator's pure rooms, which the owner's tools may use so that what they simulate is what validators run. */
const openToOwner = [
  'validator/challenge',
  'validator/verification/checks',
  'validator/verification/evidence',
  'validator/scoring',
  'validator/weights',
]
/** Rooms of `shared` that must work without a chain or an engine. */
const pureShared = ['protocol', 'identity', 'proof', 'consensus', 'timelock']
const pureValidatorRooms = ['challenge', 'audit', 'verification', 'scoring', 'weights']

/** Relative imports of a file, as paths from the root. */
export function importsOf(file: SourceFile): string[] {
  return [...file.text.matchAll(/(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g)].map(([, target]) =>
    posix.normalize(posix.join(posix.dirname(file.path), target ?? '')),
  )
}

/** Every import that the dependency rule forbids, as "file -> target: rule". */
export function findImportBreaches(files: readonly SourceFile[]): string[] {
  return files.flatMap(file =>
    importsOf(file).flatMap(target => {
      const rule = brokenRule(file.path, target)
      return rule === null ? [] : [`${file.path} -> ${target}: ${rule}`]
    }),
  )
}

function brokenRule(from: string, to: string): string | null {
  const [home = '', room = ''] = from.split('/')
  const [targetHome = '', targetRoom = ''] = to.split('/')
  if (home === 'shared' && programs.includes(targetHome)) return 'shared imports no program'
  if (programs.includes(home) && programs.includes(targetHome) && home !== targetHome) {
    const allowed = home === 'owner' && openToOwner.some(open => to.startsWith(`${open}/`))
    if (!allowed) return 'programs import shared, never each other'
  }
  if (home === 'shared' && targetHome === 'shared') {
    if (room === 'util' && targetRoom !== 'util') return 'util imports nothing of ours'
    if (room === 'errors' && !['errors', 'util'].includes(targetRoom)) return 'errors imports util alone'
    if (pureShared.includes(room) && ['chain', 'devchain', 'engine'].includes(targetRoom)) return `${room} never imports ${targetRoom}`
  }
  return null
}

/** Clocks, randomness, input, output and logs in rooms that must be pure. */
export function findImpurities(files: readonly SourceFile[]): string[] {
  return files
    .filter(
      ({ path }) => /^shared\/(consensus|timelock)\//.test(path) || pureValidatorRooms.some(room => path.startsWith(`validator/${room}/`)),
    )
    .flatMap(({ path, text }) => {
      const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
      const found = code.match(
        /Date\.now|new Date\(\)|performance\.|Math\.random|randomBytes|randomUUID|node:fs|node:net|node:http|console\.|process\./,
      )
      return found === null ? [] : [`${path}: ${found[0]}`]
    })
}

/** Files over 300 lines that are not on the list of reasons. */
export function findLongFiles(files: readonly SourceFile[], reasons: Readonly<Record<string, string>>): string[] {
  return files.filter(({ path, text }) => text.split('\n').length > 301 && reasons[path] === undefined).map(({ path }) => path)
}

/** Names that do not say one thing in kebab-case, and default exports. */
export function findNamingBreaches(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const name = posix.basename(path)
    const breaches: string[] = []
    if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.(test|contract|config))*\.(ts|js)$/.test(name)) breaches.push(`${path}: the name is not kebab-case`)
    if (/^export default /m.test(text) && !path.startsWith('config/tools/')) breaches.push(`${path}: default export`)
    if (
      /^(export )?(abstract )?(class|interface|type) \w*(Manager|Helper|Service|Info)\b/m.test(text) &&
      !/^(test\/house|shared\/devchain)\//.test(path)
    )
      breaches.push(`${path}: a name that says nothing`)
    return breaches
  })
}
