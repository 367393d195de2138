import { describe, expect, it } from 'vitest'
import { createEngineRoom, type Tenant } from '../../../../miner/catalogue/create-engine-room.ts'

const signal = new AbortController().signal

function lab(memoryBytes: number, residenceMs = 0) {
  let now = 0
  const events: string[] = []
  const room = createEngineRoom({ memoryBytes, residenceMs, monotonicMs: () => now++ })
  const tenant = (name: string, bytes: number): Tenant => ({
    name,
    bytes,
    load: async () => void events.push(`+${name}`),
    unload: async () => void events.push(`-${name}`),
  })
  const touch = async (one: Tenant) => (await room.enter(one, signal))()
  return { room, tenant, touch, events }
}

describe('the room of the engines', () => {
  it('loads what is needed once, however often it is entered', async () => {
    const { room, tenant, events } = lab(0)
    const a = tenant('a', 10)
    const leave = await Promise.all([room.enter(a, signal), room.enter(a, signal), room.enter(a, signal)])
    expect(events).toEqual(['+a'])
    expect(room.users(a)).toBe(3)
    for (const one of leave) one()
    expect(room.users(a)).toBe(0)
  })

  it('unloads what was not used for longest', async () => {
    const { tenant, touch, events } = lab(20)
    const [a, b, c] = [tenant('a', 10), tenant('b', 10), tenant('c', 10)]
    for (const one of [a, b, a, c]) await touch(one)
    expect(events).toEqual(['+a', '+b', '-b', '+c'])
  })

  it('waits for what is used, and gives who waits the next turn', async () => {
    const { room, tenant, events } = lab(10)
    const [a, b] = [tenant('a', 10), tenant('b', 10)]
    const leave = await room.enter(a, signal)
    const waiting = room.enter(b, signal)
    await new Promise(setImmediate)
    const behind = room.enter(a, signal)
    await new Promise(setImmediate)
    expect(events).toEqual(['+a'])
    leave()
    ;(await waiting)()
    ;(await behind)()
    expect(events).toEqual(['+a', '-a', '+b', '-b', '+a'])
  })

  it('lets who waits in vain go, and keeps what was there', async () => {
    const { room, tenant } = lab(10)
    const [a, b] = [tenant('a', 10), tenant('b', 10)]
    const leave = await room.enter(a, signal)
    const stop = new AbortController()
    const waiting = room.enter(b, stop.signal)
    stop.abort(new Error('gone'))
    await expect(waiting).rejects.toThrow('gone')
    leave()
    expect(room.loaded(a)).toBe(true)
    ;(await room.enter(a, signal))()
  })

  it('refuses what can never fit', async () => {
    const { room, tenant } = lab(10)
    await expect(room.enter(tenant('a', 11), signal)).rejects.toMatchObject({ code: 'ENGINE_MEMORY' })
  })

  it('evicts after the last use, and lets nobody in again', async () => {
    const { room, tenant, events } = lab(0)
    const a = tenant('a', 1)
    const leave = await room.enter(a, signal)
    const evicting = room.evict(a)
    await new Promise(setImmediate)
    expect(events).toEqual(['+a'])
    leave()
    await evicting
    expect(events).toEqual(['+a', '-a'])
  })

  it('forgets what could not be loaded, and tries again for the next', async () => {
    const { room, tenant } = lab(10)
    let fail = true
    const a: Tenant = {
      ...tenant('a', 10),
      load: async () => {
        if (fail) throw new Error('no')
      },
    }
    await expect(room.enter(a, signal)).rejects.toThrow('no')
    fail = false
    ;(await room.enter(a, signal))()
    expect(room.loaded(a)).toBe(true)
  })
})
