import { connectSubstrateChain } from '../shared/chain/connect-substrate-chain.ts'
import { AssayError } from '../shared/errors/assay-error.ts'
import { operatorPasswords } from '../shared/identity/operator-passwords.ts'
import { readKeyFile } from '../shared/identity/read-key-file.ts'
import { readColdkey, readHotkey } from '../shared/identity/read-wallet.ts'
import { loadModel } from '../shared/models/load-model.ts'
import type { MinerModules } from './modules.ts'
import { openNamedEngine } from './open-named-engine.ts'
import type { MinerSettings } from './options.ts'

/** The real chain, model, engine, keys and clocks. */
export const realModules: MinerModules = {
  connectChain: connectSubstrateChain,
  loadModel,
  openEngine: openNamedEngine,
  async readHotkey(settings) {
    const file = settings.hotkeyFile
    if (file === undefined) return await readHotkey(walletOf(settings), operatorPasswords(settings.passwordFile))
    const { pair } = await readKeyFile(file, operatorPasswords(settings.passwordFile))
    if (pair === null) throw new AssayError('WALLET_NO_SECRET', { file })
    return pair
  },
  readColdkey: settings => readColdkey(walletOf(settings), operatorPasswords(settings.passwordFile)),
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
}

function walletOf({ walletPath, walletName, walletHotkey }: MinerSettings) {
  return { path: walletPath, name: walletName, hotkey: walletHotkey }
}
