import { AssayError } from '../../shared/errors/assay-error.ts'
import { raceAbort } from '../../shared/util/race-abort.ts'
import type { RoundMiner } from '../challenge/drawn-request.ts'
import type { MinerSession } from './miner-session.ts'
import { type Opened, openSession, type SessionParts } from './open-session.ts'
import { originOf } from './origin-of.ts'

/** The hotkeys that signed a session with us before. */
export interface SessionPins {
  has(hotkey: string): boolean
  add(hotkey: string): void
}

/** The sessions with miners, one each. */
export interface SessionBook {
  /**
   * The session with a miner, opened where there is none; null where it never had one and has none to offer now: the request is then
   * signed and goes in clear. Rejects with the signal's reason; and for a miner that had sessions before, unless TLS hides what is sent,
   * with why it opens none: QUERY_SESSION or the failure of the connection.
   */
  find(miner: RoundMiner, signal: AbortSignal): Promise<MinerSession | null>
  /** The miner does not know this session any more. */
  forget(miner: RoundMiner, session: MinerSession): void
}

interface Page {
  session: MinerSession | null
  opening: Promise<MinerSession | null> | null
  /** No attempt before this time. */
  retryAtMs: number
  /** What came of the last attempt, where it was no session. */
  refusal: Exclude<Opened, MinerSession> | null
  forgotAtMs: number
}

/** A handshake is a small message each way; it must not use up the deadline of the request behind it. */
const openTimeoutMs = 2_000
/** Where nothing follows without it, the handshake may take more of that deadline: a busy miner is no liar. */
const openPinnedTimeoutMs = 10_000
/** After an attempt that failed. A 404 is no better: nobody signs it, and prompts go in clear until the next attempt. */
const retryMs = 30_000
/** Where nothing can be sent without a session. */
const retryPinnedMs = 1_000
/** Sessions that are forgotten so often were not lost to restarts. */
const forgetEveryMs = 10_000
const maxPages = 4_096
const never = Number.NEGATIVE_INFINITY

/**
 * Keeps one session for each miner, in memory alone; opens it again at its end or when the miner has forgotten it. Who had a session once is
 * never asked in clear again: whoever sits at its address could otherwise read all prompts by refusing the handshake.
 */
export function createSessionBook(parts: SessionParts, pins: SessionPins = new Set<string>()): SessionBook {
  const pages = new Map<string, Page>()
  const pageOf = (miner: RoundMiner): Page => {
    const key = `${miner.hotkey} ${originOf(miner)}`
    const page = pages.get(key) ?? { session: null, opening: null, retryAtMs: never, refusal: null, forgotAtMs: never }
    // Those in use go to the end, so that the first is the one that was idle longest.
    pages.delete(key)
    pages.set(key, page)
    const oldest = pages.keys().next()
    if (pages.size > maxPages && !oldest.done) pages.delete(oldest.value)
    return page
  }
  // A TLS key is committed on chain: what goes through is hidden already, and nobody else can have refused.
  const needsSession = ({ hotkey, tlsKey }: RoundMiner) => tlsKey === undefined && pins.has(hotkey)
  const waitMs = (miner: RoundMiner) => (needsSession(miner) ? retryPinnedMs : retryMs)
  const open = async (miner: RoundMiner, page: Page): Promise<MinerSession | null> => {
    const opened = await openSession(miner, parts, AbortSignal.timeout(needsSession(miner) ? openPinnedTimeoutMs : openTimeoutMs))
    page.opening = null
    if ('seal' in opened) {
      page.session = opened
      page.refusal = null
      if (!pins.has(miner.hotkey)) pins.add(miner.hotkey)
      return opened
    }
    page.refusal = opened
    page.retryAtMs = performance.now() + waitMs(miner)
    return null
  }
  const withoutSession = (miner: RoundMiner, { refusal }: Page): null => {
    if (!needsSession(miner)) return null
    if (refusal !== null && 'cause' in refusal) throw refusal.cause
    throw new AssayError('QUERY_SESSION', {
      hotkey: miner.hotkey,
      problem: refusal === null ? 'two were lost at once' : `status ${refusal.status}`,
    })
  }
  return {
    async find(miner, signal) {
      const page = pageOf(miner)
      const now = performance.now()
      if (page.session !== null && isUsable(page.session, now)) return page.session
      page.session = null
      if (page.opening === null && now < page.retryAtMs) return withoutSession(miner, page)
      page.opening ??= open(miner, page)
      return (await raceAbort(page.opening, signal)) ?? withoutSession(miner, page)
    },
    forget(miner, session) {
      const page = pageOf(miner)
      if (page.session !== session) return
      page.session = null
      const now = performance.now()
      if (now - page.forgotAtMs < forgetEveryMs) page.retryAtMs = now + waitMs(miner)
      page.forgotAtMs = now
    },
  }
}

/** Ended a little early, so that no request is under way at the end. */
function isUsable({ endsAtMs, hasRoom }: MinerSession, now: number): boolean {
  return now < endsAtMs - 1_000 && hasRoom()
}
