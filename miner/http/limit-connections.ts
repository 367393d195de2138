import type { Server, Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { networkOf } from '../../shared/util/network-of.ts'

export interface ConnectionLimits {
  readonly total: number
  readonly perAddress: number
  /** Of the total, places that only addresses of proven callers get. */
  readonly reserved: number
}

/** One end of a connection as both a plain socket and the TLS socket over it show it. */
type Peer = Pick<Socket, 'remoteAddress' | 'remotePort' | 'localPort'>

export interface ConnectionGuard {
  /** The connection is at work from now on, and is not closed to make room. */
  hold(peer: Peer): void
  release(peer: Peer): void
}

interface Connection {
  readonly socket: Socket
  readonly network: string
  /** What holds it: requests in the works. */
  held: number
}

/**
 * Caps a server's open connections, in all and for one address. Strangers get no more than the total less the reserve. Where there is no
 * place, the idle connection of a stranger goes, of the address that has the most of them and of those the oldest; where none is idle, or
 * the newcomer's own address has as many, the newcomer goes. TLS sockets come from a door that has asked for a key: they are no strangers.
 */
export function limitConnections(
  server: Server,
  { total, perAddress, reserved }: ConnectionLimits,
  isProven: (network: string) => boolean = () => false,
): ConnectionGuard {
  // Far beyond ours, which decide who goes: sockets that were closed count there until they are gone.
  server.maxConnections = 2 * total
  // In the order in which they came.
  const open = new Map<string, Connection>()
  const counts = new Map<string, number>()
  const countOf = (network: string) => counts.get(network) ?? 0
  const isStranger = ({ socket, network }: Connection) => !(socket instanceof TLSSocket) && !isProven(network)

  const close = (key: string, connection: Connection) => {
    if (open.get(key) === connection) {
      open.delete(key)
      const left = countOf(connection.network) - 1
      if (left > 0) counts.set(connection.network, left)
      else counts.delete(connection.network)
    }
    connection.socket.destroy()
  }
  /** Closes the idle connection that is due to go before one of this newcomer; false where there is none. */
  const makeRoom = (newcomer: Connection): boolean => {
    // Strangers among themselves share evenly; anyone proven goes before all of them.
    let most = isStranger(newcomer) ? countOf(newcomer.network) : 0
    let due: [string, Connection] | undefined
    for (const [key, connection] of open) {
      if (connection.held > 0 || countOf(connection.network) <= most || !isStranger(connection)) continue
      most = countOf(connection.network)
      due = [key, connection]
    }
    if (due !== undefined) close(...due)
    return due !== undefined
  }
  const strangers = () => {
    let sum = 0
    for (const connection of open.values()) if (isStranger(connection)) sum += 1
    return sum
  }
  const hasRoom = (newcomer: Connection) =>
    // Strangers are counted only once they could be too many.
    open.size < total && (!isStranger(newcomer) || open.size < total - reserved || strangers() < total - reserved)

  server.on('connection', (socket: Socket) => {
    const key = keyOf(socket)
    if (socket.remoteAddress === undefined || key === null) return
    const connection: Connection = { socket, network: networkOf(socket.remoteAddress), held: 0 }
    const allowed = countOf(connection.network) < perAddress && (hasRoom(connection) || makeRoom(connection))
    if (!allowed) return void socket.destroy()
    open.set(key, connection)
    counts.set(connection.network, countOf(connection.network) + 1)
    socket.once('close', () => close(key, connection))
  })
  const held = (peer: Peer) => open.get(keyOf(peer) ?? '')
  return {
    hold(peer) {
      const connection = held(peer)
      if (connection !== undefined) connection.held += 1
    },
    release(peer) {
      const connection = held(peer)
      if (connection !== undefined) connection.held = Math.max(0, connection.held - 1)
    },
  }
}

/** What tells connections apart; null once the other end is gone. */
function keyOf({ remoteAddress, remotePort, localPort }: Peer): string | null {
  return remoteAddress === undefined || remotePort === undefined ? null : `${remoteAddress} ${remotePort} ${localPort}`
}
