import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createKeyRing } from '../../../../miner/keys/create-key-ring.ts'
import { guardStatus, type StatusCaller } from '../../../../miner/status/status-guard.ts'

const local: StatusCaller = { ip: '127.0.0.1', httpVersion: '1.1', headers: { host: '127.0.0.1:8091' } }
const keys = createKeyRing([{ name: 'laptop', sha256: createHash('sha256').update('sesame').digest('hex') }], () => 0)
const codeOf = (caller: StatusCaller, ...[access, ring]: [('loopback' | 'key' | 'off')?, typeof keys?]) => {
  try {
    guardStatus(caller, access ?? 'loopback', ring ?? null)
    return 'in'
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}

describe("the guard of the miner's own view", () => {
  it.each([
    ['127.0.0.1', '127.0.0.1:8091'],
    ['127.0.0.2', 'localhost'],
    ['::ffff:127.0.0.1', 'LOCALHOST:80'],
    ['::1', '[::1]:8091'],
  ])('lets a program on this machine in, from %s to %s', (ip, host) => {
    expect(codeOf({ ...local, ip, headers: { host } })).toBe('in')
  })

  it.each(['10.0.0.7', '::2', '::ffff:10.0.0.7', '172.17.0.1', '1.127.0.0', ''])('refuses the address %j', ip => {
    expect(codeOf({ ...local, ip })).toBe('MINER_STATUS_LOCAL')
  })

  it.each(['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-proto', 'x-real-ip', 'cf-connecting-ip'])(
    'sees a proxy on this machine by its header %s',
    name => {
      expect(codeOf({ ...local, headers: { ...local.headers, [name]: '127.0.0.1' } })).toBe('MINER_STATUS_LOCAL')
    },
  )

  it('sees a proxy that speaks HTTP/1.0, and a page elsewhere whose own name points here', () => {
    expect(codeOf({ ...local, httpVersion: '1.0' })).toBe('MINER_STATUS_LOCAL')
    for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:8091', undefined])
      expect(codeOf({ ...local, headers: { host } })).toBe('MINER_STATUS_LOCAL')
  })

  it('lets a key in from anywhere, and a wrong one from nowhere', () => {
    const far = (authorization: string) => ({ ...local, ip: '10.0.0.7', headers: { host: 'miner.example', authorization } })
    expect(codeOf(far('Bearer sesame'), 'loopback', keys)).toBe('in')
    expect(codeOf(far('Bearer open'), 'loopback', keys)).toBe('MINER_KEY')
    expect(codeOf({ ...local, headers: { ...local.headers, authorization: 'Bearer open' } }, 'loopback', keys)).toBe('MINER_KEY')
    expect(codeOf(far('Bearer sesame'), 'loopback')).toBe('MINER_NO_KEYS')
  })

  it('takes keys alone where it is told so, and nobody where it is off', () => {
    expect(codeOf(local, 'key', keys)).toBe('MINER_STATUS_LOCAL')
    expect(codeOf({ ...local, headers: { authorization: 'Bearer sesame' } }, 'key', keys)).toBe('in')
    expect(codeOf({ ...local, headers: { authorization: 'Bearer sesame' } }, 'off', keys)).toBe('MINER_NO_ROUTE')
  })
})
