import { chmod, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { formatError } from '../../shared/errors/format-error.ts'
import { registerWalletCommand } from '../../shared/identity/command.ts'
import { createColdkey, createHotkey } from '../../shared/identity/create-wallet.ts'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { readColdkey, readHotkey } from '../../shared/identity/read-wallet.ts'
import { locateWallet } from '../../shared/identity/wallet-location.ts'
import { runAssay } from '../support/run-assay.ts'

const words = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk'
const address = '5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV'
const deriveKey = async (password: string) => Buffer.from(password.padEnd(32, '.').slice(0, 32))
let path = ''

beforeAll(() => waitForCrypto())
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'assay-f60-'))
})
afterEach(() => rm(path, { recursive: true, force: true }))

/** The command inside this process: what it prints, or what it throws. */
async function runWallet(args: readonly string[]): Promise<string> {
  let printed = ''
  const program = new Command('assay').configureOutput({
    writeOut: text => {
      printed += text
    },
  })
  registerWalletCommand(program)
  const [verb = '', ...rest] = args
  await program.parseAsync(['wallet', verb, '--wallet.path', path, ...rest], { from: 'user' })
  return printed
}

describe('F60: keys in wrong hands or in pieces', () => {
  it('a mnemonic on the command line is refused, repeated in no output, and nothing is written', async () => {
    const { code, stdout, stderr } = await runAssay(['wallet', 'regen-coldkey', '--mnemonic', ...words.split(' ')], {
      env: { BT_WALLET_PATH: path },
    })
    expect(code).toBe(1)
    expect(stderr).toContain('WALLET_SECRET_IN_ARGV')
    expect(stderr).toContain('--mnemonic-file')
    expect(stdout + stderr).not.toContain('bottom')
    expect(await readdir(path)).toEqual([])
  })

  it('are written where the environment names their wallet, by our names and by those of the field', async () => {
    const env = { ASSAY_WALLET_PATH: path, ASSAY_WALLET_NAME: 'ours', BT_WALLET_HOTKEY: 'theirs' }
    const { code } = await runAssay(['wallet', 'create', '--no-password'], { env })
    expect([code, await readdir(path), await readdir(join(path, 'ours', 'hotkeys'))]).toEqual([
      0,
      ['ours'],
      expect.arrayContaining(['theirs']),
    ])
  })

  it.each([
    [['regen-hotkey', `--mnemonic=${words}`]],
    [['regen-hotkey', ...words.split(' ')]],
    [['create', '--seed', `0x${'ab'.repeat(32)}`]],
    [['create', `0x${'ab'.repeat(64)}`]],
    [['create', '--wallet-password', 'a good one 7']],
  ])('so is any other secret there: %j', async args => {
    await expect(runWallet(args)).rejects.toMatchObject({ code: 'WALLET_SECRET_IN_ARGV', details: {} })
    expect(await readdir(path)).toEqual([])
  })

  it('a mnemonic from standard input is taken, and not shown again', async () => {
    const { code, stdout } = await runAssay(['wallet', 'regen-hotkey'], { env: { BT_WALLET_PATH: path }, input: `${words}\n` })
    expect({ code, stdout }).toEqual({ code: 0, stdout: `hotkey ${address} written to ${path}/default/hotkeys/default\n` })
  })

  it('a mnemonic from a file is taken where the file is private', async () => {
    const file = join(path, 'words')
    await writeFile(file, words, { mode: 0o644 })
    await expect(runWallet(['regen-hotkey', '--mnemonic-file', file])).rejects.toMatchObject({ code: 'WALLET_PERMISSIONS' })
    await chmod(file, 0o600)
    expect(await runWallet(['regen-hotkey', '--mnemonic-file', file])).toContain(address)
  })

  it.each([0o644, 0o640, 0o620, 0o602])('a key file with mode %o is refused', async mode => {
    const { file } = await createHotkey({ path })
    await chmod(file, mode)
    await expect(readHotkey({ path })).rejects.toMatchObject({
      code: 'WALLET_PERMISSIONS',
      hint: expect.stringContaining(`chmod 600 ${file}`),
    })
  })

  it('a public file may be read by everyone', async () => {
    await createColdkey({ path }, { password: null })
    await chmod(locateWallet({ path }).coldkeypub, 0o644)
    await rm(locateWallet({ path }).coldkey)
    expect(await runWallet(['list'])).toMatch(/coldkey +5\w+ +public only/)
  })

  it('a wrong password gives one constant message, whatever the password was', async () => {
    const { file } = await createColdkey({ path }, { password: 'a good one 7', deriveKey })
    const messages = await Promise.all(
      ['', 'a', 'a good one 8', 'x'.repeat(5_000), 'a good one 7 '].map(password =>
        readColdkey({ path }, { prompt: async () => password, deriveKey }).then(() => 'opened', formatError),
      ),
    )
    expect(new Set(messages).size).toBe(1)
    expect(messages[0]).toContain(`WALLET_PASSWORD: The password does not open ${file}.`)
    expect(messages[0]).not.toMatch(/at .*\.ts/)
  })

  it('a truncated key file is a clear error at every length, and never half a key', async () => {
    const { file } = await createHotkey({ path }, words)
    const whole = (await stat(file)).size
    for (const length of [0, 1, 2, 50, 200, Math.floor(whole / 2), whole - 2, whole - 1]) {
      await rm(locateWallet({ path }).folder, { recursive: true })
      await createHotkey({ path }, words)
      await truncate(file, length)
      await expect(readHotkey({ path })).rejects.toMatchObject({
        code: 'WALLET_CORRUPT',
        message: expect.stringMatching(/it is empty|it was cut off|no JSON/),
      })
    }
    await rm(locateWallet({ path }).folder, { recursive: true })
    await createHotkey({ path }, words)
    expect((await readHotkey({ path })).hotkey).toBe(address)
  })

  it('a truncated encrypted key file is never opened, and the operator is told that it may be damaged', async () => {
    const { file } = await createColdkey({ path }, { password: 'a good one 7', deriveKey })
    const whole = await readFile(file)
    for (const length of [5, 28, 100, 126]) {
      await writeFile(file, whole.subarray(0, length))
      await expect(readColdkey({ path }, { prompt: async () => 'a good one 7', deriveKey })).rejects.toMatchObject({
        code: 'WALLET_CORRUPT',
        message: expect.stringContaining('cut off'),
      })
    }
    for (const length of [127, whole.length - 1]) {
      await writeFile(file, whole.subarray(0, length))
      await expect(readColdkey({ path }, { prompt: async () => 'a good one 7', deriveKey })).rejects.toMatchObject({
        code: 'WALLET_PASSWORD',
        hint: expect.stringContaining('damaged or cut off'),
      })
    }
  })

  it.each([
    ['$ANSIBLE_VAULT;1.1;AES256\n6162', 'ansible-vault'],
    ['gAAAAABmZmZm', 'Fernet'],
  ])('an old encryption is refused by name before a password is asked for', async (content, scheme) => {
    const { file } = await createColdkey({ path }, { password: null })
    await writeFile(file, content)
    const asked: string[] = []
    const prompt = async (question: string) => {
      asked.push(question)
      return 'x'
    }
    await expect(readColdkey({ path }, { prompt })).rejects.toMatchObject({
      code: 'WALLET_ENCRYPTION_OLD',
      message: expect.stringContaining(scheme),
    })
    expect(asked).toEqual([])
  })

  it('nothing that exists is ever overwritten', async () => {
    const { file } = await createHotkey({ path }, words)
    const before = await readFile(file, 'utf8')
    await expect(createHotkey({ path })).rejects.toMatchObject({ code: 'WALLET_EXISTS' })
    await createColdkey({ path }, { password: null })
    await expect(createColdkey({ path }, { password: null })).rejects.toMatchObject({ code: 'WALLET_EXISTS' })
    await expect(runWallet(['create', '--no-password'])).rejects.toMatchObject({ code: 'WALLET_EXISTS' })
    expect(await readFile(file, 'utf8')).toBe(before)
  })
})
