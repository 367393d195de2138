import { describe, expect, it } from 'vitest'
import { createRequestQueue, type Job } from '../../../../miner/scheduling/request-queue.ts'

const openQueue = (options: { limit?: number; concurrency?: number; rate?: number; weightOf?: (caller: string) => number } = {}) => {
  let now = 0
  const { limit = 10, concurrency = 1, rate = 100, weightOf = () => 1 } = options
  const queue = createRequestQueue({ limit, concurrency, rate: () => rate, monotonicMs: () => now, weightOf })
  const ran: string[] = []
  const job = (name: string, changes: Partial<Job<string>> = {}) => {
    const held = withResolvers()
    const caller = new AbortController()
    const result = queue.add<string>({
      work: 10,
      deadlineAtMs: now + 60_000,
      deadlineMs: 60_000,
      signal: caller.signal,
      async run() {
        ran.push(name)
        await held.promise
        return name
      },
      ...changes,
    })
    result.catch(() => {})
    return { result, finish: held.resolve, leave: () => caller.abort(new Error(`${name} left`)) }
  }
  return { queue, ran, job, pass: (ms: number) => (now += ms) }
}

const withResolvers = () => {
  let resolve = () => {}
  const promise = new Promise<void>(done => {
    resolve = done
  })
  return { promise, resolve }
}

describe('the request queue', () => {
  it('runs as many jobs as it may and the rest in order of arrival', async () => {
    const { job, ran } = openQueue({ concurrency: 2 })
    const jobs = ['a', 'b', 'c', 'd'].map(name => job(name))
    for (const { finish } of jobs) finish()
    expect(await Promise.all(jobs.map(({ result }) => result))).toEqual(['a', 'b', 'c', 'd'])
    expect(ran).toEqual(['a', 'b', 'c', 'd'])
  })

  it('never runs more jobs than it may', async () => {
    const { job, ran } = openQueue({ concurrency: 2 })
    const [first] = ['a', 'b', 'c', 'd'].map(name => job(name))
    await Promise.resolve()
    first?.finish()
    await first?.result
    expect(ran).toEqual(['a', 'b', 'c'])
  })

  it('refuses when all places are taken', async () => {
    const { job } = openQueue({ limit: 1 })
    job('runs')
    job('waits')
    await expect(job('one too many').result).rejects.toMatchObject({ code: 'MINER_QUEUE_FULL' })
  })

  it('refuses at once what could not start before its deadline', async () => {
    const { job, ran } = openQueue({ rate: 10 })
    job('runs', { work: 100 })
    // Half of the running 100 tokens at 10 a second: five seconds.
    await expect(job('too late', { deadlineAtMs: 4_900, deadlineMs: 4_900 }).result).rejects.toMatchObject({ code: 'MINER_DEADLINE' })
    expect(ran).toEqual(['runs'])
  })

  it('drops what waited past its deadline instead of running it', async () => {
    const { job, ran, pass } = openQueue()
    const first = job('a')
    const second = job('b', { deadlineAtMs: 10_000, deadlineMs: 10_000 })
    pass(10_001)
    first.finish()
    await expect(second.result).rejects.toMatchObject({ code: 'MINER_DEADLINE' })
    expect(ran).toEqual(['a'])
  })

  it('gives up the place of a caller that left', async () => {
    const { job, ran, queue } = openQueue()
    const first = job('a')
    const second = job('b')
    const third = job('c')
    second.leave()
    await expect(second.result).rejects.toThrow('b left')
    expect(queue.waiting()).toBe(1)
    first.finish()
    third.finish()
    await third.result
    expect(ran).toEqual(['a', 'c'])
  })

  it('keeps the place of a running job until the engine lets go, though its caller left', async () => {
    const { job, ran } = openQueue()
    const first = job('a')
    const second = job('b')
    await Promise.resolve()
    first.leave()
    await expect(first.result).rejects.toThrow('a left')
    expect(ran).toEqual(['a'])
    first.finish()
    second.finish()
    expect(await second.result).toBe('b')
  })

  it('ends everything when it stops', async () => {
    const { job, queue } = openQueue()
    const jobs = [job('a'), job('b')]
    await Promise.resolve()
    queue.stop()
    for (const { result } of jobs) await expect(result).rejects.toMatchObject({ code: 'MINER_STOPPING' })
    await expect(job('c').result).rejects.toMatchObject({ code: 'MINER_STOPPING' })
  })

  it('lets the next one in after a job failed', async () => {
    const { job } = openQueue()
    const failed = job('a', { run: () => Promise.reject(new Error('no')) })
    const second = job('b')
    second.finish()
    await expect(failed.result).rejects.toThrow('no')
    expect(await second.result).toBe('b')
  })

  it('takes callers in turn by weight, however many one of them sends', async () => {
    const { job, ran } = openQueue({ weightOf: caller => (caller === 'big' ? 2 : 1) })
    const first = job('first', { caller: 'other' })
    const crowd = ['s1', 's2', 's3', 's4'].map(name => job(name, { caller: 'small' }))
    const late = ['b1', 'b2', 'b3', 'b4'].map(name => job(name, { caller: 'big' }))
    for (const { finish } of [first, ...crowd, ...late]) finish()
    await Promise.all([...crowd, ...late].map(({ result }) => result))
    expect(ran).toEqual(['first', 's1', 'b1', 'b2', 's2', 'b3', 'b4', 's3', 's4'])
  })

  it('does not put a caller behind the others for work that was never done', async () => {
    const { job, ran } = openQueue({ limit: 100 })
    const first = job('first', { caller: 'other' })
    const gone = Array.from({ length: 50 }, (_, index) => job(`gone ${index}`, { caller: 'a' }))
    for (const { leave } of gone) leave()
    await Promise.allSettled(gone.map(({ result }) => result))
    const jobs = ['a1', 'b1', 'a2', 'b2', 'a3', 'b3'].map(name => job(name, { caller: name.slice(0, 1) }))
    for (const { finish } of [first, ...jobs]) finish()
    await Promise.all(jobs.map(({ result }) => result))
    expect(ran).toEqual(['first', 'a1', 'b1', 'a2', 'b2', 'a3', 'b3'])
  })

  it('leaves a quarter of the places to others while there are others', async () => {
    const { job, ran } = openQueue({ concurrency: 4 })
    const jobs = ['a1', 'a2', 'a3', 'a4'].map(name => job(name, { caller: 'a' }))
    await Promise.resolve()
    expect(ran.length).toBe(4)
    const [b1] = [job('b1', { caller: 'b' }), job('a5', { caller: 'a' }), job('a6', { caller: 'a' })]
    for (const { finish } of jobs.slice(0, 2)) finish()
    await Promise.all(jobs.slice(0, 2).map(({ result }) => result))
    await Promise.resolve()
    expect(ran).toEqual(['a1', 'a2', 'a3', 'a4', 'b1', 'a5'])
    b1?.finish()
  })

  it('gives the place of the caller that holds most to one that holds less', async () => {
    const { job, ran } = openQueue({ limit: 2 })
    const running = job('a1', { caller: 'a' })
    const waiting = job('a2', { caller: 'a' })
    const displaced = job('a3', { caller: 'a' })
    const newcomer = job('b1', { caller: 'b' })
    await expect(displaced.result).rejects.toMatchObject({ code: 'MINER_QUEUE_FULL' })
    await expect(job('a4', { caller: 'a' }).result).rejects.toMatchObject({ code: 'MINER_QUEUE_FULL' })
    for (const { finish } of [running, waiting, newcomer]) finish()
    await Promise.all([waiting.result, newcomer.result])
    expect(ran).toEqual(['a1', 'a2', 'b1'])
  })

  it('does not promise one caller too much because answers of another turned out short', async () => {
    const { job } = openQueue({ rate: 10 })
    for (let index = 0; index < 100; index++)
      await job('short', { caller: 'small', work: 1_000, run: async () => 'done', spent: () => 2 }).result
    const running = job('runs', { caller: 'big', work: 100 })
    await expect(job('too late', { caller: 'big', work: 100, deadlineAtMs: 8_000, deadlineMs: 8_000 }).result).rejects.toMatchObject({
      code: 'MINER_DEADLINE',
    })
    running.finish()
  })

  it('learns how much of what they ask for answers use', async () => {
    const { job } = openQueue({ rate: 10 })
    const asked = { work: 100, deadlineAtMs: 8_000, deadlineMs: 8_000 }
    const refusedAtFirst = async () => {
      job('runs', { work: 100 })
      return job('next', asked).result.then(
        () => false,
        () => true,
      )
    }
    expect(await refusedAtFirst()).toBe(true)
    const { job: wiser } = openQueue({ rate: 10 })
    for (let index = 0; index < 100; index++) await wiser('short', { work: 100, run: async () => 'done', spent: () => 10 }).result
    const running = wiser('runs', { work: 100 })
    const next = wiser('next', asked)
    running.finish()
    next.finish()
    expect(await next.result).toBe('next')
  })
})
