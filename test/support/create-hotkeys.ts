// Run as a process of its own by tests that kill it: writes hotkeys one after another and says each that is on disk.
import { createHotkey } from '../../shared/identity/create-wallet.ts'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'

const [path = '', prefix = 'k'] = process.argv.slice(2)
await waitForCrypto()
for (let index = 0; ; index++) {
  const hotkey = `${prefix}${index}`
  const { address } = await createHotkey({ path, hotkey })
  process.stdout.write(`${hotkey} ${address}\n`)
}
