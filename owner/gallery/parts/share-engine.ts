import type { Engine } from '../../../shared/engine/engine-port.ts'
import { isAssayError } from '../../../shared/errors/assay-error.ts'

interface Shared {
  readonly engine: Promise<Engine>
  users: number
}

const open = new Map<string, Shared>()

/** An engine that all users of one key in this process share; it closes with the last of them, and one that crashed is not given out again. */
export async function shareEngine(key: string, create: () => Promise<Engine>): Promise<Engine> {
  const shared = open.get(key) ?? { engine: create(), users: 0 }
  open.set(key, shared)
  shared.users += 1
  const forget = () => {
    if (open.get(key) === shared) open.delete(key)
  }
  let engine: Engine
  try {
    engine = await shared.engine
  } catch (error) {
    forget()
    throw error
  }
  let left = false
  return {
    ...engine,
    async generate(...call) {
      try {
        return await engine.generate(...call)
      } catch (error) {
        if (isAssayError(error, 'ENGINE_CRASHED')) forget()
        throw error
      }
    },
    async close() {
      if (left) return
      left = true
      shared.users -= 1
      if (shared.users > 0) return
      forget()
      await engine.close()
    },
  }
}
