import { type AddressInfo, createServer, Socket } from 'node:net'
import { type Dispatcher, errors } from 'undici'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { waitForCrypto } from '../../../../shared/identity/crypto-ready.ts'
import { askMiner } from '../../../../validator/query/ask-miner.ts'
import { type DialOptions, openDialer } from '../../../../validator/query/open-dialer.ts'
import { toyAsk } from '../../../support/ask-hostile.ts'
import { devKey, toyExchange } from '../../../support/toy-exchange.ts'

beforeAll(waitForCrypto)

const dispatchers: Dispatcher[] = []
afterEach(async () => {
  for (const dispatcher of dispatchers.splice(0)) await dispatcher.destroy()
})

interface Dialled {
  readonly addresses: string[]
  ask(host: string, port?: number): ReturnType<typeof askMiner>
}

/** A dialer whose sockets go nowhere: `connect` stands in for the network, and says which address it reached. */
function dialer(allowPrivate: boolean, reached: (host: string) => string | undefined, connect?: DialOptions['connect']): Dialled {
  const addresses: string[] = []
  const dispatcher = openDialer({
    ...{ allowPrivate, connectTimeoutMs: 500, headersTimeoutMs: 500, idleTimeoutMs: 500, connectionsPerMiner: 2 },
    connect:
      connect ??
      ((options, callback) => {
        addresses.push(options.hostname)
        const socket = new Socket()
        Object.defineProperty(socket, 'remoteAddress', { value: reached(options.hostname) })
        callback(null, socket)
      }),
  })
  dispatchers.push(dispatcher)
  const context = { dispatcher, signer: devKey('Validator'), capBytes: 100_000, headNumber: () => 118 }
  const ask = (host: string, port = 8_091) =>
    askMiner({ ...toyExchange().miner, host, port }, toyAsk({ deadlineMs: 400 }), context, new AbortController().signal)
  return { addresses, ask }
}

describe('the dialer', () => {
  it.each(['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', 'fd00::1', '::ffff:127.0.0.1', '64:ff9b::7f00:1', '0.0.0.0', '224.0.0.1'])(
    'never connects to %s',
    async host => {
      const { addresses, ask } = dialer(false, address => address)
      expect(await ask(host)).toMatchObject({
        kind: 'none',
        reason: 'connect',
        ours: false,
        detail: expect.stringContaining('is private, local or no IP address'),
      })
      expect(addresses).toEqual([])
    },
  )

  it('never resolves a name, whatever it may dial', async () => {
    for (const allowPrivate of [true, false]) {
      const { addresses, ask } = dialer(allowPrivate, address => address)
      expect(await ask('localhost')).toMatchObject({ kind: 'none', reason: 'connect' })
      expect(addresses).toEqual([])
    }
  })

  it('lets go of a connection that led to another address than was dialled', async () => {
    const { addresses, ask } = dialer(false, () => '10.0.0.1')
    expect(await ask('1.1.1.1')).toMatchObject({ kind: 'none', reason: 'connect', detail: expect.stringContaining('10.0.0.1') })
    expect(addresses).toEqual(['1.1.1.1'])
  })

  it('lets go of a connection that does not say where it led', async () => {
    const { ask } = dialer(false, () => undefined)
    expect(await ask('1.1.1.1')).toMatchObject({ kind: 'none', reason: 'connect' })
  })

  it('dials a public address of either kind', async () => {
    const { addresses, ask } = dialer(false, address => address)
    await ask('1.1.1.1')
    await ask('2606:4700:4700::1111')
    expect(addresses).toEqual(['1.1.1.1', '2606:4700:4700::1111'])
  })

  it('dials private addresses where it is told to', async () => {
    const { addresses, ask } = dialer(true, address => address)
    await ask('127.0.0.9')
    expect(addresses).toEqual(['127.0.0.9'])
  })

  it('takes a want of sockets on this machine for our own fault', async () => {
    const { ask } = dialer(
      false,
      address => address,
      (_, callback) => callback(Object.assign(new Error('too many open files'), { code: 'EMFILE' }), null),
    )
    expect(await ask('1.1.1.1')).toMatchObject({ kind: 'none', reason: 'connect', ours: true })
  })

  it('counts a refused or silent port against the miner', async () => {
    const { ask } = dialer(
      false,
      address => address,
      (_, callback) => callback(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), null),
    )
    expect(await ask('1.1.1.1')).toMatchObject({ kind: 'none', reason: 'connect', ours: false })
    const silent = dialer(
      false,
      address => address,
      (_, callback) => callback(new errors.ConnectTimeoutError('silent'), null),
    )
    expect(await silent.ask('1.1.1.1')).toMatchObject({ kind: 'none', reason: 'connect', ours: false })
    const forever = dialer(
      false,
      address => address,
      () => {},
    )
    expect(await forever.ask('1.1.1.1')).toMatchObject({ kind: 'none', reason: 'timeout', ours: false })
  })
})

describe('redirects', () => {
  let port = 0
  let target = 0
  let visits = 0
  const inner = createServer(socket => {
    visits += 1
    socket.end()
  })
  const outer = createServer(socket => {
    socket.once('data', () =>
      socket.end(
        `HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:${target}/\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
      ),
    )
  })
  beforeEach(async () => {
    await Promise.all([inner, outer].map(server => new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))))
    target = (inner.address() as AddressInfo).port
    port = (outer.address() as AddressInfo).port
  })
  afterEach(() => {
    inner.close()
    outer.close()
  })

  it('are never followed', async () => {
    const dispatcher = openDialer({
      allowPrivate: true,
      connectTimeoutMs: 500,
      headersTimeoutMs: 2_000,
      idleTimeoutMs: 500,
      connectionsPerMiner: 2,
    })
    dispatchers.push(dispatcher)
    const context = { dispatcher, signer: devKey('Validator'), capBytes: 100_000, headNumber: () => 118 }
    const arrival = await askMiner({ ...toyExchange().miner, host: '127.0.0.1', port }, toyAsk(), context, new AbortController().signal)
    expect(arrival).toMatchObject({ kind: 'none', reason: 'refused', detail: 'status 307' })
    expect(visits).toBe(0)
  })
})
