import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { limitConnections } from '../../../../miner/http/limit-connections.ts'

const closers: Array<() => void> = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

/** A port with room for 12 connections, 4 an address, 4 of them kept for 127.0.2.x; `/wait` is answered when `finish` is called. */
async function openPort() {
  const waiting: ServerResponse[] = []
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    guard.hold(request.socket)
    response.once('close', () => guard.release(request.socket))
    if (request.url === '/wait') waiting.push(response)
    else response.end('here')
    server.emit('asked')
  })
  const guard = limitConnections(server, { total: 12, perAddress: 4, reserved: 4 }, network => network.startsWith('127.0.2.'))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  closers.push(() => {
    server.close()
    server.closeAllConnections()
  })
  const dial = (localAddress: string): Socket => {
    const socket = connect({ host: '127.0.0.1', port, localAddress }).on('error', () => {})
    closers.push(() => socket.destroy())
    return socket
  }
  const ask = async (socket: Socket, path = '/') => {
    socket.write(`GET ${path} HTTP/1.1\r\nhost: miner\r\n\r\n`)
    return await new Promise<'answered' | 'closed'>(resolve => {
      socket.once('data', () => resolve('answered'))
      socket.once('close', () => resolve('closed'))
    })
  }
  /** A connection that was answered once and stays open, from each of these addresses. */
  const settle = async (addresses: readonly string[]) => {
    const sockets = []
    for (const address of addresses) {
      const socket = dial(address)
      if ((await ask(socket)) === 'answered') sockets.push(socket)
    }
    return sockets
  }
  /** A connection whose request is in the works. */
  const occupy = async (address: string) => {
    const socket = dial(address)
    const asked = once(server, 'asked')
    const answer = ask(socket, '/wait')
    await Promise.race([asked, answer])
    return { socket, answer }
  }
  const finish = () => {
    for (const response of waiting.splice(0)) response.end('at last')
  }
  return { dial, ask, settle, occupy, finish }
}

const closed = async (socket: Socket) => {
  if (!socket.destroyed) await once(socket, 'close')
}
const many = (address: string, count: number) => Array<string>(count).fill(address)

describe('a miner’s port that strangers hold open', () => {
  it('has a place for a proven caller while they hold all that they may', async () => {
    const { settle, occupy, finish } = await openPort()
    const busy = []
    for (const address of [...many('127.0.1.1', 4), ...many('127.0.1.2', 4)]) busy.push(await occupy(address))
    expect(await settle(['127.0.1.3', ...many('127.0.2.1', 4)])).toHaveLength(4)
    finish()
    expect(await Promise.all(busy.map(({ answer }) => answer))).toEqual(Array(8).fill('answered'))
  })

  it('closes the oldest idle one of the address that holds most for a stranger that holds fewer', async () => {
    const { settle } = await openPort()
    const [first, ...others] = await settle([...many('127.0.1.1', 4), ...many('127.0.1.2', 3), '127.0.1.3'])
    const [newcomer] = await settle(['127.0.1.4'])
    expect(newcomer).toBeDefined()
    if (first !== undefined) await closed(first)
    expect(others.filter(socket => socket.destroyed)).toEqual([])
  })

  it('closes none that is at work', async () => {
    const { settle, occupy, finish } = await openPort()
    const works = await occupy('127.0.1.1')
    const idle = await settle([...many('127.0.1.1', 3), ...many('127.0.1.2', 4)])
    expect(await settle(['127.0.1.3'])).toHaveLength(1)
    if (idle[0] !== undefined) await closed(idle[0])
    finish()
    expect(await works.answer).toBe('answered')
  })

  it('turns away who holds as many as anyone', async () => {
    const { dial, ask, settle } = await openPort()
    await settle([...many('127.0.1.1', 4), ...many('127.0.1.2', 4)])
    expect(await ask(dial('127.0.1.2'))).toBe('closed')
  })

  it('closes idle strangers for proven callers where the reserve is used up', async () => {
    const { settle } = await openPort()
    await settle([...many('127.0.1.1', 4), ...many('127.0.1.2', 4)])
    const proven = await settle([...many('127.0.2.1', 4), ...many('127.0.2.2', 4), ...many('127.0.2.3', 4)])
    expect(proven).toHaveLength(12)
    expect(proven.filter(socket => socket.destroyed)).toEqual([])
  })
})
