import { readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createColdkey, createHotkey } from '../../../shared/identity/create-wallet.ts'
import { waitForCrypto } from '../../../shared/identity/crypto-ready.ts'
import { parseKeyFile } from '../../../shared/identity/key-file.ts'
import { decryptKeyFile } from '../../../shared/identity/key-file-encryption.ts'
import { listWallets } from '../../../shared/identity/list-wallets.ts'
import { passwordVariable } from '../../../shared/identity/read-password.ts'
import { findColdkeyAddress, readColdkey, readColdkeyAddress, readHotkey } from '../../../shared/identity/read-wallet.ts'
import { locateWallet } from '../../../shared/identity/wallet-location.ts'

const words = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk'
const address = '5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV'
/** The real derivation takes seconds; it has its own test below. */
const deriveKey = async (password: string) => Buffer.from(password.padEnd(32, '.').slice(0, 32))
let path = ''

beforeAll(() => waitForCrypto())
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'assay-wallet-'))
})
afterEach(() => rm(path, { recursive: true, force: true }))

describe('a wallet on disk', () => {
  it('is written in the layout of the field, every file with mode 600', async () => {
    await createColdkey({ path }, { password: null, mnemonic: words })
    await createHotkey({ path })
    expect((await readdir(join(path, 'default'))).sort()).toEqual(['coldkey', 'coldkeypub.txt', 'hotkeys'])
    expect((await readdir(join(path, 'default', 'hotkeys'))).sort()).toEqual(['default', 'defaultpub.txt'])
    for (const file of ['coldkey', 'coldkeypub.txt', 'hotkeys/default', 'hotkeys/defaultpub.txt']) {
      expect((await stat(join(path, 'default', file))).mode & 0o777).toBe(0o600)
    }
  })

  it('holds the fields that other tools read, all of them strings', async () => {
    const { file } = await createColdkey({ path }, { password: null, mnemonic: words })
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
      accountId: '0x46ebddef8cd9bb167dc30878d7113b7e168e6f0646beffd77d69d39bad76b47a',
      publicKey: '0x46ebddef8cd9bb167dc30878d7113b7e168e6f0646beffd77d69d39bad76b47a',
      ss58Address: address,
      privateKey: expect.stringMatching(/^0x[0-9a-f]{128}$/),
      secretPhrase: words,
      secretSeed: '0xfac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e',
    })
  })

  it.each(['secretPhrase', 'secretSeed', 'privateKey'])('is read where only %s is left of its secrets', async kept => {
    const { file } = await createHotkey({ path }, words)
    const fields = JSON.parse(await readFile(file, 'utf8'))
    const text = JSON.stringify({ publicKey: fields.publicKey, ss58Address: address, [kept]: fields[kept], other: null })
    expect(parseKeyFile(text, file).pair?.address).toBe(address)
  })

  it('is read back, the coldkey encrypted and the hotkey plain', async () => {
    const coldkey = await createColdkey({ path }, { password: 'a good one 7', deriveKey })
    const hotkey = await createHotkey({ path })
    expect((await readFile(coldkey.file)).subarray(0, 5).toString()).toBe('$NACL')
    expect((await readHotkey({ path })).hotkey).toBe(hotkey.address)
    expect((await readColdkey({ path }, { prompt: async () => 'a good one 7', deriveKey })).coldkey).toBe(coldkey.address)
    expect(await readColdkeyAddress({ path })).toBe(coldkey.address)
  })

  it('is complete with a hotkey and coldkeypub.txt alone, as nodes hold it', async () => {
    await createColdkey({ path }, { password: null, mnemonic: words })
    await createHotkey({ path })
    await rm(locateWallet({ path }).coldkey)
    expect(await findColdkeyAddress({ path })).toBe(address)
    expect((await readHotkey({ path })).hotkey).toMatch(/^5/)
    expect((await listWallets(path))[0]?.coldkey).toEqual({ name: 'coldkey', address, state: 'public only' })
  })

  it('opens a coldkey that libsodium encrypted, with the real key derivation', async () => {
    const vector = JSON.parse(readFileSync(new URL('../../vectors/wallet/coldkey-libsodium.json', import.meta.url), 'utf8'))
    const { text } = await decryptKeyFile(Buffer.from(vector.fileHex, 'hex'), [vector.password], 'coldkey')
    expect(parseKeyFile(text, 'coldkey').pair?.address).toBe(vector.address)
  }, 120_000)

  it('lists what is there, and a broken file hides nothing', async () => {
    await createColdkey({ path, name: 'one' }, { password: 'a good one 7', mnemonic: words, deriveKey })
    await createHotkey({ path, name: 'one', hotkey: 'a' }, words)
    await createHotkey({ path, name: 'two', hotkey: 'b' }, words)
    await writeFile(join(path, 'one', 'hotkeys', 'broken'), '{"secretSeed":', { mode: 0o600 })
    await writeFile(join(path, 'one', 'hotkeys', '.a.0011.tmp'), 'left by a write that was killed')
    const [one, two] = await listWallets(path)
    expect(one?.coldkey).toEqual({ name: 'coldkey', address, state: 'encrypted' })
    expect(one?.hotkeys.map(key => [key.name, key.state])).toEqual([
      ['a', 'plain'],
      ['broken', 'unreadable'],
    ])
    expect(two).toEqual({
      name: 'two',
      coldkey: { name: 'coldkey', address: null, state: 'absent' },
      hotkeys: [{ name: 'b', address, state: 'plain' }],
    })
  })

  it.each(['../evil', 'a/b', '', '.hidden', 'xpub.txt', 'a\0b', 'x'.repeat(65)])('refuses the name %j', name => {
    expect(() => locateWallet({ path, name })).toThrowError(expect.objectContaining({ code: 'WALLET_NAME' }))
    expect(() => locateWallet({ path, hotkey: name })).toThrowError(expect.objectContaining({ code: 'WALLET_NAME' }))
  })

  it('takes a password from its variable, masked or plain', async () => {
    const { file } = await createColdkey({ path }, { password: 'a good one 7', deriveKey })
    const variable = passwordVariable(file)
    const masked = Buffer.from(
      [...Buffer.from('a good one 7')].map((byte, index) => byte ^ variable.charCodeAt(index % variable.length)),
    ).toString('base64')
    for (const value of ['a good one 7', masked]) {
      expect((await readColdkey({ path }, { env: { [variable]: value }, deriveKey })).address).toBe(await readColdkeyAddress({ path }))
    }
  })

  it('takes a password from a file of mode 600 only', async () => {
    await createColdkey({ path }, { password: 'a good one 7', deriveKey })
    const passwordFile = join(path, 'password')
    await writeFile(passwordFile, 'a good one 7\n', { mode: 0o600 })
    expect((await readColdkey({ path }, { passwordFile, deriveKey })).address).toMatch(/^5/)
    await chmod(passwordFile, 0o644)
    await expect(readColdkey({ path }, { passwordFile, deriveKey })).rejects.toThrowError(
      expect.objectContaining({ code: 'WALLET_PERMISSIONS' }),
    )
  })

  it('refuses a folder or a pipe in a key file’s place', async () => {
    await mkdir(locateWallet({ path }).hotkey, { recursive: true })
    await expect(readHotkey({ path })).rejects.toThrowError('it is no ordinary file')
  })
})
