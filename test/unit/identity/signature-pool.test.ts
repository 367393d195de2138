import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { waitForCrypto } from '../../../shared/identity/crypto-ready.ts'
import { openSignaturePool, type SignaturePool } from '../../../shared/identity/open-signature-pool.ts'
import { devKey } from '../../support/toy-exchange.ts'

describe('the threads that check signatures', () => {
  let pool: SignaturePool
  beforeAll(async () => {
    await waitForCrypto()
    pool = openSignaturePool({ threads: 2, limit: 40 })
  })
  afterAll(() => pool.close())
  const message = Buffer.from('a request')

  it('tell each caller its own answer, whatever their order', async () => {
    const pair = devKey('Alice')
    const jobs = Array.from({ length: 40 }, (_, index) => {
      const text = Buffer.from(`request ${index}`)
      return pool.verify(pair.sign(index % 3 === 0 ? message : text), text, pair.publicKey)
    })
    expect(pool.waiting()).toBe(40)
    expect(await Promise.all(jobs)).toEqual(Array.from({ length: 40 }, (_, index) => index % 3 !== 0))
    expect(pool.waiting()).toBe(0)
  })

  it('answer no to what is malformed, and go on', async () => {
    const { publicKey, sign } = devKey('Alice')
    const signature = sign(message)
    const answers = await Promise.all([
      pool.verify(signature.subarray(1), message, publicKey),
      pool.verify(signature, message, publicKey.subarray(1)),
      pool.verify(new Uint8Array(64).fill(255), message, publicKey),
      pool.verify(signature, message, new Uint8Array(32)),
      pool.verify(signature, message, new Uint8Array(32).fill(255)),
      pool.verify(signature, new Uint8Array(), publicKey),
      pool.verify(signature, message, publicKey),
    ])
    expect(answers).toEqual([false, false, false, false, false, false, true])
  })

  it('refuse what would wait too long', async () => {
    const { publicKey, sign } = devKey('Alice')
    const signature = sign(message)
    const jobs = Array.from({ length: 40 }, () => pool.verify(signature, message, publicKey))
    await expect(pool.verify(signature, message, publicKey)).rejects.toThrow('Already 40 signatures wait to be checked.')
    expect(await Promise.all(jobs)).toEqual(Array(40).fill(true))
  })

  it('leave nobody waiting when they are closed', async () => {
    const { publicKey, sign } = devKey('Alice')
    const other = openSignaturePool({ threads: 1 })
    const job = other.verify(sign(message), message, publicKey)
    const outcome = expect(job).rejects.toMatchObject({ code: 'MINER_STOPPING' })
    await other.close()
    await outcome
    await expect(other.verify(sign(message), message, publicKey)).rejects.toMatchObject({ code: 'MINER_INTERNAL' })
  })
})
