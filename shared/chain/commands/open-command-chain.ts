import type { AssayError } from '../../errors/assay-error.ts'
import type { SubstrateChain } from '../connect-substrate-chain.ts'
import { type ConnectionSettings, connectionOf } from '../connection-options.ts'
import { nameNetwork } from '../resolve-network.ts'

/** Connects for one command, says on stderr which chain it is, and closes the connection whatever the work does. */
export async function withCommandChain<T>(settings: ConnectionSettings, work: (chain: SubstrateChain) => Promise<T>): Promise<T> {
  const connection = connectionOf(settings)
  // The chain client takes a second to load, and a mistake in the flags should show at once.
  const { connectSubstrateChain } = await import('../connect-substrate-chain.ts')
  let connected = false
  // What keeps a connection from coming about is thrown; what troubles it later is told.
  const onTrouble = (error: AssayError) => void (connected && process.stderr.write(`${error.code}: ${error.message}\n`))
  const onSlow = (text: string) => void process.stderr.write(`${text}\n`)
  const chain = await connectSubstrateChain({ ...connection, onTrouble, onSlow })
  connected = true
  try {
    process.stderr.write(`${describeChain(chain)}\n`)
    return await work(chain)
  } finally {
    await chain.close()
  }
}

/** One line that tells chains apart: name, genesis, endpoint. */
export function describeChain({ genesisHash, endpoint }: Pick<SubstrateChain, 'genesisHash' | 'endpoint'>): string {
  return `chain ${nameNetwork(genesisHash) ?? 'without a known name'}, genesis ${genesisHash}, at ${endpoint}`
}
