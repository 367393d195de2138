import type { Server, Socket } from 'node:net'
import { networkOf } from '../../shared/util/network-of.ts'

export interface ConnectionLimits {
  readonly total: number
  readonly perAddress: number
}

/** Caps a server's open connections, in all and for one address, so that one address that holds many open cannot lock out the rest. */
export function limitConnections(server: Server, { total, perAddress }: ConnectionLimits): void {
  server.maxConnections = total
  const open = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    if (socket.remoteAddress === undefined) return
    const address = networkOf(socket.remoteAddress)
    const count = (open.get(address) ?? 0) + 1
    open.set(address, count)
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1
      if (left > 0) open.set(address, left)
      else open.delete(address)
    })
    if (count > perAddress) socket.destroy()
  })
}
