import { AssayError } from '../../shared/errors/assay-error.ts'
import { raceAbort } from '../../shared/util/race-abort.ts'

/** Something that takes memory while it is loaded. */
export interface Tenant {
  readonly name: string
  readonly bytes: number
  /** Opens it; called by the room alone, one opening at a time. */
  load(): Promise<void>
  /** Closes it; called only while nobody uses it. */
  unload(): Promise<void>
}

export interface EngineRoom {
  /** Loads what is not loaded, after others have made room, and keeps it loaded until the returned function is called. Throws ENGINE_MEMORY where it can never fit, what `load` throws, and what `signal` was aborted with. */
  enter(tenant: Tenant, signal: AbortSignal): Promise<() => void>
  /** Unloads a tenant as soon as nobody uses it; it does not come back. */
  evict(tenant: Tenant): Promise<void>
  loaded(tenant: Tenant): boolean
  users(tenant: Tenant): number
}

export interface EngineRoomOptions {
  /** Bytes for all that is loaded together; 0 sets no limit. */
  readonly memoryBytes: number
  /** What was just loaded stays at least so long where it is used all the time, so that two models do not push each other out at every request. */
  readonly residenceMs: number
  readonly monotonicMs: () => number
}

interface Place {
  users: number
  loaded: boolean
  loadedAtMs: number
  usedAtMs: number
  /** Others wait for its memory: who comes now queues behind them. */
  leaving: boolean
  evicted: boolean
}

/** Shares memory between models: what was not used for longest goes first, never while it is used, and what waits for room gets its turn. */
export function createEngineRoom({ memoryBytes, residenceMs, monotonicMs }: EngineRoomOptions): EngineRoom {
  const places = new Map<Tenant, Place>()
  const changed = new Set<() => void>()
  let turns: Promise<unknown> = Promise.resolve()
  const placeOf = (tenant: Tenant): Place => {
    const known = places.get(tenant)
    if (known !== undefined) return known
    const place: Place = { users: 0, loaded: false, loadedAtMs: 0, usedAtMs: 0, leaving: false, evicted: false }
    places.set(tenant, place)
    return place
  }
  const notify = () => {
    for (const wake of [...changed]) wake()
  }
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turns.then(work)
    turns = result.catch(() => {})
    return result
  }
  const unload = async (tenant: Tenant, place: Place) => {
    place.loaded = false
    await tenant.unload()
  }
  const used = () => [...places].reduce((sum, [tenant, place]) => sum + (place.loaded ? tenant.bytes : 0), 0)
  const makeRoom = async (tenant: Tenant, signal: AbortSignal) => {
    if (memoryBytes === 0) return
    if (tenant.bytes > memoryBytes)
      throw new AssayError('ENGINE_MEMORY', {
        model: tenant.name,
        problem: `it takes ${tenant.bytes} bytes of the ${memoryBytes} for all models`,
      })
    try {
      while (used() + tenant.bytes > memoryBytes) {
        signal.throwIfAborted()
        const oldest = [...places].filter(([, place]) => place.loaded).sort(([, a], [, b]) => a.usedAtMs - b.usedAtMs)
        const idle = oldest.find(([, place]) => place.users === 0)
        if (idle !== undefined) {
          await unload(...idle)
          continue
        }
        const settled = oldest.find(([, place]) => place.leaving || monotonicMs() - place.loadedAtMs >= residenceMs)
        if (settled !== undefined) settled[1].leaving = true
        await new Promise<void>(resolve => {
          const wake = () => {
            clearTimeout(timer)
            changed.delete(wake)
            resolve()
          }
          const timer = setTimeout(wake, settled === undefined ? Math.min(residenceMs, 100) : 1_000)
          changed.add(wake)
        })
      }
    } finally {
      for (const place of places.values()) place.leaving = false
    }
  }
  const leave = (place: Place) => {
    let left = false
    return () => {
      if (left) return
      left = true
      place.users--
      place.usedAtMs = monotonicMs()
      if (place.users === 0) notify()
    }
  }
  const take = (place: Place) => {
    place.users++
    place.usedAtMs = monotonicMs()
    return leave(place)
  }
  return {
    async enter(tenant, signal) {
      signal.throwIfAborted()
      const place = placeOf(tenant)
      if (place.loaded && !place.leaving) return take(place)
      const entering = inTurn(async () => {
        if (place.evicted) throw new AssayError('ENGINE_CLOSED', { model: tenant.name })
        signal.throwIfAborted()
        if (!place.loaded) {
          await makeRoom(tenant, signal)
          await tenant.load()
          place.loaded = true
          place.loadedAtMs = monotonicMs()
        }
        return take(place)
      })
      try {
        return await raceAbort(entering, signal)
      } catch (error) {
        // Who asked is gone; what was opened for it stays for others.
        entering.then(
          release => release(),
          () => {},
        )
        throw error
      }
    },
    async evict(tenant) {
      const place = placeOf(tenant)
      place.evicted = true
      while (place.users > 0)
        await new Promise<void>(resolve => {
          const wake = () => {
            changed.delete(wake)
            resolve()
          }
          changed.add(wake)
        })
      await inTurn(async () => {
        if (place.loaded) await unload(tenant, place)
        places.delete(tenant)
      })
      notify()
    },
    loaded: tenant => places.get(tenant)?.loaded ?? false,
    users: tenant => places.get(tenant)?.users ?? 0,
  }
}
