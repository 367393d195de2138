import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createHotkey } from '../../shared/identity/create-wallet.ts'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { listWallet } from '../../shared/identity/list-wallets.ts'
import { readHotkey } from '../../shared/identity/read-wallet.ts'
import { locateWallet } from '../../shared/identity/wallet-location.ts'
import { runAssay } from '../support/run-assay.ts'

const writer = fileURLToPath(new URL('../support/create-hotkeys.ts', import.meta.url))
let path = ''

beforeAll(() => waitForCrypto())
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'assay-f61-'))
})
afterEach(() => rm(path, { recursive: true, force: true }))

/** Lets a process write hotkeys until it has said so many, kills it in the middle of the next, and gives what it had said. */
async function writeAndKill(count: number, signal: NodeJS.Signals): Promise<Map<string, string>> {
  const child = spawn(process.execPath, ['--import', 'tsx', writer, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', chunk => {
    text += chunk
    if (text.split('\n').length > count) child.kill(signal)
  })
  await new Promise(resolve => child.once('close', resolve))
  return new Map(
    text
      .split('\n')
      .slice(0, -1)
      .map((line): [string, string] => {
        const [hotkey = '', address = ''] = line.split(' ')
        return [hotkey, address]
      }),
  )
}

describe('F61: writes that are cut short, and two at once', () => {
  it.each(['SIGKILL', 'SIGINT'] as const)(
    '%s in the middle leaves every key that was said, and no file that is half a key',
    async signal => {
      const said = await writeAndKill(20, signal)
      expect(said.size).toBeGreaterThanOrEqual(20)
      for (const [hotkey, address] of said) expect((await readHotkey({ path, hotkey })).hotkey).toBe(address)
      const { hotkeys } = await listWallet(path, 'default')
      expect(hotkeys.filter(({ state }) => state !== 'plain')).toEqual([])
      // At most the one key that was being written: in place and whole, though nobody was told.
      expect(hotkeys.length - said.size).toBeLessThanOrEqual(1)
      const { hotkeysFolder } = locateWallet({ path })
      for (const name of await readdir(hotkeysFolder)) expect((await stat(join(hotkeysFolder, name))).mode & 0o777).toBe(0o600)
      const next = await createHotkey({ path, hotkey: 'after' })
      expect((await readHotkey({ path, hotkey: 'after' })).hotkey).toBe(next.address)
    },
  )

  it('of many that create one hotkey at once, one wins and the others are told', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => createHotkey({ path })))
    const winners = outcomes.flatMap(outcome => (outcome.status === 'fulfilled' ? [outcome.value.address] : []))
    expect(winners).toHaveLength(1)
    expect(outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason.code] : []))).toEqual(
      Array(7).fill('WALLET_EXISTS'),
    )
    expect((await readHotkey({ path })).hotkey).toBe(winners[0])
    expect((await readdir(locateWallet({ path }).hotkeysFolder)).sort()).toEqual(['default', 'defaultpub.txt'])
  })

  it('of two commands that create one wallet at once, one wins and the other exits with an error', async () => {
    const runs = await Promise.all([0, 1].map(() => runAssay(['wallet', 'create', '--no-password'], { env: { BT_WALLET_PATH: path } })))
    expect(runs.map(({ code }) => code).sort()).toEqual([0, 1])
    expect(runs.find(({ code }) => code === 1)?.stderr).toContain('WALLET_EXISTS')
    const winner = runs.find(({ code }) => code === 0)?.stdout ?? ''
    expect(winner).toContain((await readHotkey({ path })).hotkey)
  })
})
