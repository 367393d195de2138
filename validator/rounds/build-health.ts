import type { BlockClock } from '../../shared/chain/block-clock.ts'

/** What keeps a validator from its work now, if anything does. */
export interface Health {
  /** Says that a part of the work failed, or (null) went well again. */
  report(
    what:
      | 'asking'
      | 'settling'
      | 'paying'
      | 'setting weights'
      | 'the reference'
      | 'judging'
      | 'the statistical checks'
      | 'the control miner',
    problem: string | null,
  ): void
  /** null where nothing is wrong. */
  problem(): string | null
  stop(): void
}

/** Blocks without which the chain counts as silent. */
const silentBlocks = 10
const leastSilenceMs = 30_000

/** Builds the health of a validator; a chain that shows no new head for a while counts as a problem. */
export function buildHealth(
  clock: Pick<BlockClock, 'onBest'>,
  blockTimeMs: number,
  monotonicMs: () => number = () => performance.now(),
): Health {
  const problems = new Map<string, string>()
  let headAtMs = monotonicMs()
  const stop = clock.onBest(() => {
    headAtMs = monotonicMs()
  })
  return {
    report(what, problem) {
      if (problem === null) problems.delete(what)
      else problems.set(what, problem)
    },
    problem() {
      const silentMs = monotonicMs() - headAtMs
      if (silentMs > Math.max(leastSilenceMs, silentBlocks * blockTimeMs)) return `no new block for ${Math.round(silentMs / 1_000)} s`
      const [first] = problems
      return first === undefined ? null : `${first[0]} fails: ${first[1].split('\n')[0]}`
    },
    stop,
  }
}
