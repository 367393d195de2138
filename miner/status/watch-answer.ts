import type { Activity, AnswerStart } from './activity.ts'

/** Runs one answer while the activity follows it; `run` tells the tokens of each step. Throws what `run` throws. */
export async function watchAnswer<T>(
  activity: Pick<Activity, 'enter'>,
  start: AnswerStart,
  run: (step: (tokens: number) => void) => Promise<T>,
): Promise<T> {
  const watch = activity.enter(start)
  let whole = false
  try {
    const result = await run(watch.step)
    whole = true
    return result
  } finally {
    watch.end(whole)
  }
}
