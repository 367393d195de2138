import { createColdkey, createHotkey } from '../../shared/identity/create-wallet.ts'
import { type KeyPair, pairFromMnemonic } from '../../shared/identity/key-pair.ts'

/** Somebody of the world: a wallet folder on disk, and both keys at hand to set the stage with. */
export interface Actor {
  readonly name: string
  readonly coldkey: KeyPair
  readonly hotkey: KeyPair
}

/** Creates a wallet of its own for an actor under the world's folder; its coldkey stays unencrypted, since it holds play money. */
export async function createActor(name: string, walletPath: string): Promise<Actor> {
  const coldkey = await createColdkey({ path: walletPath, name }, { password: null })
  const hotkey = await createHotkey({ path: walletPath, name, hotkey: 'default' })
  return { name, coldkey: pairFromMnemonic(coldkey.mnemonic), hotkey: pairFromMnemonic(hotkey.mnemonic) }
}
