import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { followAbort } from '../../../shared/util/follow-abort.ts'

describe('following several signals with one', () => {
  it('aborts with the reason of the first that does', () => {
    const [first, second] = [new AbortController(), new AbortController()]
    const { signal } = followAbort([first.signal, second.signal])
    expect(signal.aborted).toBe(false)
    second.abort('second')
    first.abort('first')
    expect(signal.reason).toBe('second')
  })

  it('is aborted at once where one is', () => {
    const gone = AbortSignal.abort('gone')
    expect(followAbort([new AbortController().signal, gone]).signal.reason).toBe('gone')
  })

  it('leaves nothing on the signals once it is forgotten', () => {
    const long = new AbortController()
    const { signal, forget } = followAbort([long.signal])
    forget()
    expect(getEventListeners(long.signal, 'abort')).toEqual([])
    long.abort()
    expect(signal.aborted).toBe(false)
  })
})
