import type { ChainConnection } from './chain-connection.ts'
import type { BlockHead } from './chain-port.ts'

/** Calls back on every new head until the returned function is called, across reconnects; at first with the newest one at hand. */
export function watchHeads({ heads }: ChainConnection, kind: 'best' | 'finalised', onHead: (head: BlockHead) => void): () => void {
  return heads.listen(kind, onHead)
}
