import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChainStore, type StateChange } from '../../../../shared/devchain/state/chain-store.ts'
import { Overlay } from '../../../../shared/devchain/state/overlay.ts'

const item = 'aa'.repeat(32)
const key = fc.integer({ min: 0, max: 7 }).map(number => `${item}0${number}`)
const value = fc.option(
  fc.integer({ min: 0, max: 255 }).map(byte => Uint8Array.of(byte)),
  { nil: null },
)
const changes = fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 6 })

type Model = ReadonlyMap<string, number>

function apply(model: Model, block: readonly StateChange[]): Model {
  const next = new Map(model)
  for (const [name, bytes] of block) {
    if (bytes === null) next.delete(name)
    else next.set(name, bytes[0] ?? 0)
  }
  return next
}

function append(store: ChainStore, blocks: readonly (readonly StateChange[])[], pruneTo = 0): Model[] {
  const models: Model[] = []
  blocks.forEach((block, number) => {
    store.appendBlock(
      { number, hash: `0x${number}`, header: Uint8Array.of(number), extrinsics: [Uint8Array.of(number)] },
      block,
      {},
      pruneTo,
    )
    models.push(apply(models.at(-1) ?? new Map(), block))
  })
  return models
}

describe('the chain store', () => {
  it('reads every key and list at every block as it was', () => {
    fc.assert(
      fc.property(fc.array(changes, { minLength: 1, maxLength: 6 }), blocks => {
        const store = new ChainStore(':memory:')
        append(store, blocks).forEach((model, number) => {
          expect(store.keysAt(item, number)).toEqual([...model.keys()].sort())
          for (let index = 0; index < 8; index += 1) {
            expect(store.getAt(`${item}0${index}`, number)?.[0]).toBe(model.get(`${item}0${index}`))
          }
        })
        store.close()
      }),
      { numRuns: 40 },
    )
  })

  it('is as before a block once that block is dropped', () => {
    fc.assert(
      fc.property(fc.array(changes, { minLength: 2, maxLength: 5 }), blocks => {
        const store = new ChainStore(':memory:')
        const before = append(store, blocks).at(-2) ?? new Map()
        store.dropHead(blocks.length - 1, {})
        expect(store.head()?.number).toBe(blocks.length - 2)
        expect(store.keys(item)).toEqual([...before.keys()].sort())
        for (const [name, byte] of before) expect(store.get(name)?.[0]).toBe(byte)
        store.close()
      }),
      { numRuns: 40 },
    )
  })

  it('keeps nothing of a block that could not be stored', () => {
    const store = new ChainStore(':memory:')
    append(store, [[[`${item}00`, Uint8Array.of(1)]]])
    const twice = { number: 0, hash: '0x9', header: Uint8Array.of(), extrinsics: [] }
    expect(() => store.appendBlock(twice, [[`${item}00`, Uint8Array.of(2)]], {}, 0)).toThrow(/UNIQUE/)
    expect(store.get(`${item}00`)).toEqual(Buffer.of(1))
    store.close()
  })
})

describe('an overlay', () => {
  it('lists and reads as if its changes were made', () => {
    fc.assert(
      fc.property(changes, changes, changes, (first, second, third) => {
        const base = new Overlay({ get: () => undefined, keys: () => [] })
        for (const [name, bytes] of first) base.set(name, bytes)
        const middle = new Overlay(base)
        for (const [name, bytes] of second) middle.set(name, bytes)
        const top = new Overlay(middle)
        for (const [name, bytes] of third) top.set(name, bytes)
        const model = apply(apply(apply(new Map(), first), second), third)
        expect(top.keys(item)).toEqual([...model.keys()].sort())
        expect(top.keys('aa')).toEqual([...model.keys()].sort())
        expect(top.keys(item).map(name => top.get(name)?.[0])).toEqual([...model.keys()].sort().map(name => model.get(name)))
        top.mergeInto(middle)
        expect(middle.keys(item)).toEqual([...model.keys()].sort())
      }),
      { numRuns: 100 },
    )
  })
})
