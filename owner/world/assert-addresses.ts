import { createServer } from 'node:net'
import { platform } from 'node:os'
import { AssayError } from '../../shared/errors/assay-error.ts'

/** The loopback address of the n-th miner, from 127.0.0.2 on: the chain refuses 127.0.0.1. */
export function minerAddress(index: number): string {
  return `127.0.0.${index + 2}`
}

/** Throws WORLD_ADDRESS, with the command that helps, where this host lacks one of the addresses. */
export async function assertAddresses(addresses: readonly string[]): Promise<void> {
  for (const address of addresses) {
    const problem = await bindProblem(address)
    if (problem === null) continue
    const add =
      platform() === 'darwin'
        ? addresses.map(each => `sudo ifconfig lo0 alias ${each} up`)
        : addresses.map(each => `sudo ip addr add ${each}/8 dev lo`)
    throw new AssayError('WORLD_ADDRESS', { address, problem, command: add.join(' && ') })
  }
}

function bindProblem(address: string): Promise<string | null> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', error => resolve(error.message))
    server.listen(0, address, () => server.close(() => resolve(null)))
  })
}
