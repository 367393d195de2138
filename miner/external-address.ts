import { isIP } from 'node:net'
import type { AxonAddress } from '../shared/chain/chain-port.ts'
import { isServableHost } from '../shared/chain/is-servable-host.ts'
import { AssayError } from '../shared/errors/assay-error.ts'
import type { MinerSettings } from './options.ts'

const wildcards = ['0.0.0.0', '::']

/**
 * The address that validators dial, from the settings and the port really listened at. Throws MINER_EXTERNAL_HOST where none is known, or
 * where the chain would refuse it after a registration was paid for.
 */
export function externalAddress(
  { axonHost, externalHost, externalPort, tlsPort, register }: MinerSettings,
  listeningPort: number,
): AxonAddress {
  const host = externalHost ?? axonHost
  // Asking some web page for our address would trust it with our income.
  if (wildcards.includes(host) || isIP(host) === 0 || (register && !isServableHost(host)))
    throw new AssayError('MINER_EXTERNAL_HOST', { host })
  return { host, port: externalPort ?? listeningPort, ...(tlsPort !== undefined && { tls: true as const }) }
}
