import { isIP } from 'node:net'
import type { AxonAddress } from '../shared/chain/chain-port.ts'
import { AssayError } from '../shared/errors/assay-error.ts'
import type { MinerSettings } from './options.ts'

const wildcards = ['0.0.0.0', '::']

/** The address that validators dial, from the settings and the port really listened at. Throws MINER_EXTERNAL_HOST where none is known. */
export function externalAddress({ axonHost, externalHost, externalPort, tlsPort }: MinerSettings, listeningPort: number): AxonAddress {
  const host = externalHost ?? axonHost
  // Asking some web page for our address would trust it with our income.
  if (wildcards.includes(host) || isIP(host) === 0) throw new AssayError('MINER_EXTERNAL_HOST', { host })
  return { host, port: externalPort ?? listeningPort, ...(tlsPort !== undefined && { tls: true as const }) }
}
