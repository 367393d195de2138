import { AssayError } from '../errors/assay-error.ts'

/** Where a network is reached, and which chain must answer there. */
export interface Network {
  readonly endpoint: string
  readonly genesisHash?: string
}

const finney = '0x2f0555cc76fc2840a25a6ea3b9637146806f1f44b090c175ffde2a7e5ab36c03'
const test = '0x8f9cf856bf558a14440e75569c9e58594757048d7b3a84b5d25f6bd978263105'

/** The networks of the field by the names that its tools use. */
export const networks: Readonly<Record<string, Network>> = {
  finney: { endpoint: 'wss://entrypoint-finney.opentensor.ai:443', genesisHash: finney },
  archive: { endpoint: 'wss://archive.chain.opentensor.ai:443', genesisHash: finney },
  'latent-lite': { endpoint: 'wss://lite.sub.latent.to:443', genesisHash: finney },
  test: { endpoint: 'wss://test.finney.opentensor.ai:443', genesisHash: test },
  local: { endpoint: 'ws://127.0.0.1:9944' },
}

/** Reads a network's name or a ws:// or wss:// address; a known address brings its genesis along. Throws CHAIN_ENDPOINT. */
export function resolveNetwork(text: string): Network {
  const named = Object.hasOwn(networks, text) ? networks[text] : undefined
  if (named !== undefined) return named
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || (url.protocol !== 'ws:' && url.protocol !== 'wss:')) {
    throw new AssayError('CHAIN_ENDPOINT', { endpoint: JSON.stringify(text), networks: Object.keys(networks).join(', ') })
  }
  const known = Object.values(networks).find(({ endpoint }) => new URL(endpoint).host === url.host && endpoint.startsWith(url.protocol))
  return known?.genesisHash === undefined ? { endpoint: text } : { endpoint: text, genesisHash: known.genesisHash }
}
