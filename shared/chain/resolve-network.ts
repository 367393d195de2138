import { AssayError } from '../errors/assay-error.ts'
import { redactEndpoint } from './redact-endpoint.ts'

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
  if (url === null || (url.protocol !== 'ws:' && url.protocol !== 'wss:') || url.hash !== '') {
    throw new AssayError('CHAIN_ENDPOINT', { endpoint: JSON.stringify(redactEndpoint(text)), networks: Object.keys(networks).join(', ') })
  }
  const known = Object.values(networks).find(({ endpoint }) => new URL(endpoint).host === url.host && endpoint.startsWith(url.protocol))
  return known?.genesisHash === undefined ? { endpoint: text } : { endpoint: text, genesisHash: known.genesisHash }
}

/** Endpoints to try in turn, and the one chain that must answer at each of them. */
export interface ResolvedNetwork {
  readonly endpoints: readonly string[]
  readonly genesisHash?: `0x${string}`
}

/** Reads several names or addresses of one network. Throws CHAIN_ENDPOINT, and CHAIN_MIXED_NETWORKS where they are known to lead to different chains. */
export function resolveNetworks(texts: readonly string[], expectedGenesisHash?: string): ResolvedNetwork {
  if (texts.length === 0) resolveNetwork('')
  let genesisHash = expectedGenesisHash === undefined ? undefined : parseGenesis(expectedGenesisHash)
  const endpoints: string[] = []
  for (const text of texts) {
    const network = resolveNetwork(text)
    if (network.genesisHash !== undefined && genesisHash !== undefined && network.genesisHash !== genesisHash)
      throw new AssayError('CHAIN_MIXED_NETWORKS', {
        endpoint: redactEndpoint(text),
        genesisHash: network.genesisHash,
        expectedGenesisHash: genesisHash,
      })
    if (network.genesisHash !== undefined) genesisHash = parseGenesis(network.genesisHash)
    endpoints.push(network.endpoint)
  }
  return { endpoints, ...(genesisHash !== undefined && { genesisHash }) }
}

/** The name of the network that has a genesis; null where none of the known ones has it. */
export function nameNetwork(genesisHash: string): string | null {
  return Object.keys(networks).find(name => networks[name]?.genesisHash === genesisHash) ?? null
}

function parseGenesis(text: string): `0x${string}` {
  const digits = /^0x([0-9a-f]{64})$/i.exec(text)?.[1]
  if (digits === undefined) throw new AssayError('CHAIN_GENESIS', { genesisHash: JSON.stringify(text) })
  return `0x${digits.toLowerCase()}`
}
