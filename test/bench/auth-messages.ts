/** What the bench asks of its server: CPU time so far, so many bare checks of a signature, or to end. */
export type AuthCommand = 'cpu' | 'stop' | { readonly verify: number }

/** Where the server listens, and whom it plays. */
export interface AuthPorts {
  readonly plain: number
  readonly miner: number
  readonly hotkeyMiner: number
  readonly wholeMiner: number
  readonly manifestDigest: string
  readonly hotkey: string
}

export const benchGenesis = `0x${'01'.repeat(32)}`
export const minerUri = '//Miner'
/** Several callers, because each may hold only so many request ids at once. */
export const callerUris = ['//Alice', '//Bob', '//Charlie', '//Dave']
