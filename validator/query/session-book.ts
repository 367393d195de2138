import { raceAbort } from '../../shared/util/race-abort.ts'
import type { RoundMiner } from '../challenge/drawn-request.ts'
import type { MinerSession } from './miner-session.ts'
import { openSession, type SessionParts } from './open-session.ts'
import { originOf } from './origin-of.ts'

/** The sessions with miners, one each. */
export interface SessionBook {
  /** The session with a miner, opened where there is none; null where it has none to offer now: the request is then signed. Rejects with the signal's reason. */
  find(miner: RoundMiner, signal: AbortSignal): Promise<MinerSession | null>
  /** The miner does not know this session any more. */
  forget(miner: RoundMiner, session: MinerSession): void
}

interface Page {
  session: MinerSession | null
  opening: Promise<MinerSession | null> | null
  /** No attempt before this time. */
  retryAtMs: number
  forgotAtMs: number
}

/** A handshake is a small message each way; it must not use up the deadline of the request behind it. */
const openTimeoutMs = 2_000
/** After an attempt that failed, and after the word of a miner that has no sessions. */
const retryMs = 30_000
const retryWithoutMs = 600_000
/** Sessions that are forgotten so often were not lost to restarts. */
const forgetEveryMs = 10_000
const maxPages = 4_096
const never = Number.NEGATIVE_INFINITY

/** Keeps one session for each miner, in memory alone; opens it again at its end or when the miner has forgotten it. */
export function createSessionBook(parts: SessionParts): SessionBook {
  const pages = new Map<string, Page>()
  const pageOf = (miner: RoundMiner): Page => {
    const key = `${miner.hotkey} ${originOf(miner)}`
    const page = pages.get(key) ?? { session: null, opening: null, retryAtMs: never, forgotAtMs: never }
    // Those in use go to the end, so that the first is the one that was idle longest.
    pages.delete(key)
    pages.set(key, page)
    const oldest = pages.keys().next()
    if (pages.size > maxPages && !oldest.done) pages.delete(oldest.value)
    return page
  }
  const open = async (miner: RoundMiner, page: Page): Promise<MinerSession | null> => {
    const opened = await openSession(miner, parts, AbortSignal.timeout(openTimeoutMs))
    page.opening = null
    if (opened !== null && 'seal' in opened) {
      page.session = opened
      return opened
    }
    page.retryAtMs = performance.now() + (opened?.status === 404 ? retryWithoutMs : retryMs)
    return null
  }
  return {
    async find(miner, signal) {
      const page = pageOf(miner)
      const now = performance.now()
      if (page.session !== null && isUsable(page.session, now)) return page.session
      page.session = null
      if (page.opening === null && now < page.retryAtMs) return null
      page.opening ??= open(miner, page)
      return await raceAbort(page.opening, signal)
    },
    forget(miner, session) {
      const page = pageOf(miner)
      if (page.session !== session) return
      page.session = null
      const now = performance.now()
      if (now - page.forgotAtMs < forgetEveryMs) page.retryAtMs = now + retryMs
      page.forgotAtMs = now
    },
  }
}

/** Ended a little early, so that no request is under way at the end. */
function isUsable({ endsAtMs, hasRoom }: MinerSession, now: number): boolean {
  return now < endsAtMs - 1_000 && hasRoom()
}
