import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { access, copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const root = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url))
const readText = (name: string) => readFileSync(root(name), 'utf8')

interface LockedPackage {
  readonly version?: string
  readonly integrity?: string
  readonly resolved?: string
  readonly link?: boolean
  readonly hasInstallScript?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const manifest: {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly allowScripts: Readonly<Record<string, boolean>>
} = JSON.parse(readText('package.json'))
const lock: { readonly packages: Readonly<Record<string, LockedPackage>> } = JSON.parse(readText('package-lock.json'))
const locked = Object.entries(lock.packages).filter(([path]) => path !== '')

describe('the lockfile', () => {
  it('pins every package by a SHA-512 of its content', () => {
    expect(
      locked
        .filter(([, { integrity, link }]) => link === true || !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ''))
        .map(([path]) => path),
    ).toEqual([])
  })

  it('names no registry, so that it holds for whichever one is used', () => {
    expect(locked.filter(([, { resolved }]) => resolved !== undefined)).toEqual([])
    for (const name of ['package-lock.json', '.npmrc']) expect(readText(name)).not.toMatch(/https?:\/\/[^"\s]*registry|registry\s*=/)
  })

  it('holds the packages of every platform: with one missing a clean install is refused', () => {
    const missing = locked.flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter(name => !locked.some(([other]) => other.endsWith(`node_modules/${name}`)))
        .map(name => `${path} -> ${name}`),
    )
    expect(missing).toEqual([])
  })

  it('follows package.json, where every version is exact', () => {
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/)
      expect(lock.packages[`node_modules/${name}`]?.version).toBe(version)
    }
  })

  it('has install scripts in the packages that package.json allows them to, and in no others', () => {
    const scripted = locked
      .filter(([, { hasInstallScript }]) => hasInstallScript === true)
      .map(([path]) => path.replace(/^.*node_modules\//, ''))
    expect(scripted.sort()).toEqual(Object.keys(manifest.allowScripts).sort())
  })
})

// Older ones know neither the list nor the setting: there the test of the lockfile above is the guard.
const plainEnv = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith('npm_')))
const npmKnowsAllowScripts =
  spawnSync('npm', ['config', 'get', 'strict-allow-scripts'], { cwd: tmpdir(), env: plainEnv, encoding: 'utf8' }).stdout.trim() === 'false'

describe('F63: a dependency is replaced', () => {
  let folder = ''
  let server: Server | undefined
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-f63-'))
  })
  afterEach(async () => {
    await new Promise(resolve => (server === undefined ? resolve(null) : server.close(resolve)))
    await rm(folder, { recursive: true, force: true })
  })

  /** Runs a clean install, under our own .npmrc, of one package that a registry on this machine serves; the lockfile pins `pinned`. */
  async function install(pinned: Buffer, served: Buffer, hasInstallScript: boolean): Promise<{ code: number | null; stderr: string }> {
    const registry = createServer((request, response) => {
      const { port } = registry.address() as AddressInfo
      const tarball = `http://127.0.0.1:${port}/thing/-/thing-1.0.0.tgz`
      const version = { name: 'thing', version: '1.0.0', hasInstallScript, dist: { integrity: integrityOf(served), tarball } }
      response.end(
        request.url === '/thing'
          ? JSON.stringify({ name: 'thing', 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': version } })
          : served,
      )
    })
    server = registry
    await new Promise<void>(resolve => registry.listen(0, '127.0.0.1', resolve))
    const app = { name: 'app', version: '1.0.0', dependencies: { thing: '1.0.0' } }
    const thing = { version: '1.0.0', integrity: integrityOf(pinned), ...(hasInstallScript ? { hasInstallScript } : {}) }
    const packages = { '': app, 'node_modules/thing': thing }
    await writeFile(join(folder, 'package.json'), JSON.stringify({ ...app, allowScripts: { other: true } }))
    await writeFile(join(folder, 'package-lock.json'), JSON.stringify({ ...app, lockfileVersion: 3, requires: true, packages }))
    await copyFile(root('.npmrc'), join(folder, '.npmrc'))
    const { port } = registry.address() as AddressInfo
    const child = spawn('npm', ['ci', '--registry', `http://127.0.0.1:${port}/`, '--cache', join(folder, 'cache')], {
      ...{ cwd: folder, env: plainEnv },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let stderr = ''
    child.stderr.on('data', chunk => {
      stderr += chunk
    })
    const code = await new Promise<number | null>(resolve => child.once('close', resolve))
    registry.closeAllConnections()
    return { code, stderr }
  }
  const exists = (name: string) =>
    access(join(folder, name)).then(
      () => true,
      () => false,
    )

  it('by other content under the same version: the install is refused', async () => {
    const { code, stderr } = await install(packageOf('module.exports = 1'), packageOf('module.exports = 2'), false)
    expect(code).not.toBe(0)
    expect(stderr).toContain('EINTEGRITY')
    expect(await exists('node_modules/thing/index.js')).toBe(false)
  })

  it('but the content that was pinned is installed', async () => {
    const { code } = await install(packageOf('module.exports = 1'), packageOf('module.exports = 1'), false)
    expect(code).toBe(0)
    expect(await readFile(join(folder, 'node_modules/thing/index.js'), 'utf8')).toBe('module.exports = 1')
  })

  it.skipIf(!npmKnowsAllowScripts)('by one with an install script that nobody allowed: the script does not run', async () => {
    const scripted = packageOf('module.exports = 1', { postinstall: 'echo > ran' })
    const { code, stderr } = await install(scripted, scripted, true)
    expect(await exists('node_modules/thing/ran')).toBe(false)
    expect(code).not.toBe(0)
    expect(stderr).toContain('ESTRICTALLOWSCRIPTS')
  })
})

function integrityOf(bytes: Buffer): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`
}

/** A package of one module as a registry serves it. */
function packageOf(code: string, scripts: Readonly<Record<string, string>> = {}): Buffer {
  const files = { 'package/package.json': JSON.stringify({ name: 'thing', version: '1.0.0', scripts }), 'package/index.js': code }
  return gzipSync(Buffer.concat([...Object.entries(files).map(([name, text]) => tarEntry(name, Buffer.from(text))), Buffer.alloc(1_024)]))
}

function tarEntry(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512)
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`
  header.write(name, 0)
  header.write(octal(0o644, 7), 100)
  header.write(octal(0, 7), 108)
  header.write(octal(0, 7), 116)
  header.write(octal(content.length, 11), 124)
  header.write(octal(0, 11), 136)
  header.write(' '.repeat(8), 148)
  header.write('0', 156)
  header.write('ustar\x0000', 257)
  header.write(
    octal(
      header.reduce((sum, byte) => sum + byte, 0),
      6,
    ),
    148,
  )
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)])
}
