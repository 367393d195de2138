import { createHash, timingSafeEqual } from 'node:crypto'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { createTokenBudget, type TokenBudget } from '../admission/token-budget.ts'
import type { ApiKey } from './read-key-file.ts'

/** Who calls with an API key. */
export interface KeyCaller {
  readonly name: string
  /** What it may still generate; always open where its key has no limit. */
  readonly budget: Pick<TokenBudget, 'assertOpen' | 'charge' | 'refund'>
  /** Takes one of its places; returns what gives it back. Throws MINER_KEY_BUSY. */
  enter(): () => void
}

export interface KeyRing {
  /** Whose key an Authorization header bears. Throws MINER_KEY. */
  find(authorization: string): KeyCaller
}

const defaultConcurrency = 16
/** No key is longer; hashing more would be a stranger's gift. */
const maxKeyChars = 256
const unlimited: KeyCaller['budget'] = { assertOpen() {}, charge() {}, refund() {} }

/** The callers of a miner's key file, by their keys' hashes. */
export function createKeyRing(keys: readonly ApiKey[], monotonicMs: () => number): KeyRing {
  const callers = keys.map(key => ({ digest: Buffer.from(key.sha256, 'hex'), caller: createCaller(key, monotonicMs) }))
  return {
    find(authorization) {
      const presented = /^Bearer +(\S+)$/i.exec(authorization.slice(0, maxKeyChars + 10))?.[1] ?? ''
      const digest = createHash('sha256').update(presented).digest()
      // All are compared, and each in constant time: how long this takes tells nothing about any key.
      let found: KeyCaller | undefined
      for (const known of callers) if (timingSafeEqual(known.digest, digest)) found = known.caller
      if (found === undefined) throw new AssayError('MINER_KEY')
      return found
    },
  }
}

function createCaller({ name, concurrency = defaultConcurrency, tokensPerMinute }: ApiKey, monotonicMs: () => number): KeyCaller {
  let open = 0
  const budget = tokensPerMinute === undefined ? unlimited : minuteBudget(name, tokensPerMinute, monotonicMs)
  return {
    name,
    budget,
    enter() {
      if (open >= concurrency) throw new AssayError('MINER_KEY_BUSY', { limit: concurrency, retryAfterMs: 1_000 })
      open += 1
      let left = false
      return () => {
        if (!left) open -= 1
        left = true
      }
    },
  }
}

function minuteBudget(name: string, tokensPerMinute: number, monotonicMs: () => number): TokenBudget {
  const budget = createTokenBudget({ capacity: () => tokensPerMinute / 60, burstSeconds: 60, monotonicMs })
  budget.setShares(new Map([[name, 1]]))
  return budget
}
