import { createSecretKey, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openMessage, sealMessage, tagBytes } from '../../../shared/identity/seal-message.ts'
import { deriveSessionKeys } from '../../../shared/identity/session-keys.ts'
import { createX25519Key } from '../../../shared/identity/x25519.ts'

const key = createSecretKey(Buffer.alloc(32, 7))
const place = fc.record({
  counter: fc.integer({ min: 0, max: 0xffff_ffff }),
  piece: fc.integer({ min: 0, max: 0x7fff_ffff }),
  last: fc.boolean(),
})

describe('a sealed message', () => {
  it('opens to what was sealed, and is longer by the tag alone', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), place, fc.string(), (plain, at, bound) => {
        const sealed = sealMessage(key, at, bound, plain)
        expect(sealed.length).toBe(plain.length + tagBytes)
        expect(openMessage(key, at, bound, sealed)).toEqual(Buffer.from(plain))
      }),
      { numRuns: 200 },
    )
  })

  it('does not open where any one bit of it was flipped', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 60 }), place, fc.nat(), (plain, at, seed) => {
        const sealed = sealMessage(key, at, 'bound', plain)
        const bit = seed % (sealed.length * 8)
        sealed[bit >> 3] = (sealed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(openMessage(key, at, 'bound', sealed)).toBeNull()
      }),
      { numRuns: 500 },
    )
  })

  it('does not open at another place, bound to another text, under another key, or cut short', () => {
    const at = { counter: 5, piece: 2, last: false }
    const sealed = sealMessage(key, at, 'bound', Buffer.from('prompt'))
    const wrong = [
      openMessage(key, { ...at, counter: 6 }, 'bound', sealed),
      openMessage(key, { ...at, piece: 3 }, 'bound', sealed),
      openMessage(key, { ...at, last: true }, 'bound', sealed),
      openMessage(key, at, 'bounds', sealed),
      openMessage(createSecretKey(Buffer.alloc(32, 8)), at, 'bound', sealed),
      openMessage(key, at, 'bound', sealed.subarray(0, -1)),
      openMessage(key, at, 'bound', sealed.subarray(0, tagBytes - 1)),
      openMessage(key, at, 'bound', new Uint8Array()),
    ]
    expect(wrong).toEqual(Array(wrong.length).fill(null))
  })
})

describe('the keys of a session', () => {
  it('are the same on both sides, and one for each direction', () => {
    const [caller, miner] = [createX25519Key(), createX25519Key()]
    const transcript = randomBytes(100)
    const ours = deriveSessionKeys(caller.agree(miner.publicHex) ?? Buffer.alloc(0), transcript)
    const theirs = deriveSessionKeys(miner.agree(caller.publicHex) ?? Buffer.alloc(0), transcript)
    expect([ours.toMiner.equals(theirs.toMiner), ours.toCaller.equals(theirs.toCaller)]).toEqual([true, true])
    expect(ours.toMiner.equals(ours.toCaller)).toBe(false)
  })

  it('differ where the transcripts do', () => {
    const secret = randomBytes(32)
    expect(deriveSessionKeys(secret, Buffer.from('a')).toMiner.equals(deriveSessionKeys(secret, Buffer.from('b')).toMiner)).toBe(false)
  })

  it.each([
    ['zero', '00'.repeat(32)],
    ['one', `01${'00'.repeat(31)}`],
    ['another point of small order', 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'],
    ['no hex', 'z'.repeat(64)],
    ['too short', '00'],
  ])('are agreed on with no key that is %s', (_, hex) => {
    expect(createX25519Key().agree(hex)).toBeNull()
  })
})
