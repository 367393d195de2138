import { describe, expect, it } from 'vitest'
import { connectSubstrateChain } from '../../../shared/chain/connect-substrate-chain.ts'
import { redactEndpoint } from '../../../shared/chain/redact-endpoint.ts'
import { formatError } from '../../../shared/errors/format-error.ts'

const key = 'aVerySecretKey0123456789'

describe('an endpoint that is shown', () => {
  it.each([
    ['ws://127.0.0.1:9944', 'ws://127.0.0.1:9944'],
    ['wss://entrypoint-finney.opentensor.ai:443', 'wss://entrypoint-finney.opentensor.ai:443'],
    ['wss://node.example/public-ws', 'wss://node.example/public-ws'],
    [`wss://user:${key}@node.example/`, 'wss://***@node.example/'],
    [`wss://${key}@node.example:443/ws`, 'wss://***@node.example:443/ws'],
    [`wss://node.example/v1/${key}`, 'wss://node.example/v1/***'],
    [`wss://node.example/ws?apikey=${key}`, 'wss://node.example/ws?***'],
    [`wss://node.example/ws#${key}`, 'wss://node.example/ws#***'],
    [`https//user:${key}/@node.example`, '***@node.example'],
    [`wss://a:b/${key}@node.example/x?y=1#z`, 'wss://***@node.example/x?***'],
    ['', ''],
  ])('%j is shown as %j', (text, shown) => {
    expect(redactEndpoint(text)).toBe(shown)
  })

  it.each([`wss://user:${key}@127.0.0.1:1/${key}?token=${key}`, `http://user:${key}@127.0.0.1:1/${key}?token=${key}`])(
    'gives no key away in any error of a connection',
    async endpoint => {
      const error: unknown = await connectSubstrateChain({ endpoint: [endpoint, `${endpoint}2`], timeoutMs: 300 }).then(
        () => null,
        thrown => thrown,
      )
      const { details } = Object(error)
      expect(formatError(error)).toMatch(/^CHAIN_(UNREACHABLE|ENDPOINT)/)
      for (const text of [formatError(error), JSON.stringify(details), String(Object(error).stack)]) expect(text).not.toContain(key)
    },
  )
})
