import { getEventListeners } from 'node:events'
import { expect, it } from 'vitest'
import { onAbort } from '../../../shared/util/on-abort.ts'

it('calls back everyone who waits for a signal, with one listener on it', () => {
  const controller = new AbortController()
  const called: number[] = []
  for (let index = 0; index < 20; index++) onAbort(controller.signal, () => called.push(index))
  expect(getEventListeners(controller.signal, 'abort').length).toBe(1)
  controller.abort()
  expect(called.length).toBe(20)
})

it('does not call back who stopped waiting', () => {
  const controller = new AbortController()
  let called = false
  onAbort(controller.signal, () => {
    called = true
  })()
  controller.abort()
  expect(called).toBe(false)
})

it('leaves no listener behind when nobody waits any more, and takes one again when somebody does', () => {
  const controller = new AbortController()
  const forgets = [onAbort(controller.signal, () => {}), onAbort(controller.signal, () => {})]
  for (const forget of forgets) forget()
  expect(getEventListeners(controller.signal, 'abort')).toEqual([])
  let called = false
  onAbort(controller.signal, () => {
    called = true
  })
  forgets[0]?.()
  controller.abort()
  expect(called).toBe(true)
})
