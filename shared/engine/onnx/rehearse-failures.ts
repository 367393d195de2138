import type { OnnxSession } from './open-session.ts'

/** Lets some runs of a session, counted from 1, fail as if there were no memory left: a rehearsal of what is rare and cannot be caused at will. */
export function rehearseFailures(session: OnnxSession, runs: readonly number[]): void {
  const run = session.run.bind(session)
  let count = 0
  Object.assign(session, {
    run: (...args: Parameters<typeof run>) => {
      count += 1
      return runs.includes(count) ? Promise.reject(new Error('std::bad_alloc (rehearsed)')) : run(...args)
    },
  })
}
