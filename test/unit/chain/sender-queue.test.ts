import { describe, expect, it } from 'vitest'
import { SenderQueue } from '../../../shared/chain/sender-queue.ts'

describe('the nonces of calls that no block shows yet', () => {
  it('push the next one past the highest of them, of the same key alone, until a block shows them', async () => {
    const senders = new SenderQueue()
    let place: () => void = () => undefined
    const placed = new Promise<void>(resolve => {
      place = resolve
    })
    senders.holdNonce('a', 4, new Promise(() => undefined))
    senders.holdNonce('a', 7, placed)
    expect([senders.nextNonce('a'), senders.nextNonce('b')]).toEqual([8, 0])
    place()
    await placed
    expect(senders.nextNonce('a')).toBe(5)
  })

  it('are let go where the following of the call fails', async () => {
    const senders = new SenderQueue()
    const placed = Promise.reject(new Error('gone'))
    senders.holdNonce('a', 4, placed)
    await placed.catch(() => undefined)
    expect(senders.nextNonce('a')).toBe(0)
  })
})
