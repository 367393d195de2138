import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { answerText } from '../../../shared/models/answer-text.ts'
import { createAnswerReader } from '../../../shared/models/create-answer-reader.ts'
import { createDetokenizer } from '../../../shared/models/create-detokenizer.ts'
import { findStop } from '../../../shared/models/find-stop.ts'
import { type LoadedModel, loadModel } from '../../../shared/models/load-model.ts'
import { tinyModelFolder } from '../../support/test-miner.ts'

let model: LoadedModel
beforeAll(async () => {
  model = await loadModel(tinyModelFolder)
})

const pieces = (ids: readonly number[]) => {
  const detokenizer = createDetokenizer(model.tokenizer)
  return [...ids.map(id => detokenizer.push(id)), detokenizer.end()]
}

describe('tokens that come one by one', () => {
  it('give together the text of all of them, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 5, max: 511 }), { maxLength: 60 }), ids => {
        expect(pieces(ids).join('')).toBe(model.tokenizer.decode(ids))
      }),
      { numRuns: 300, seed: 1 },
    )
  })

  it('have the text of their own where they are whole characters, whatever stands beside them', () => {
    const { decode, pieceOf } = model.tokenizer
    if (pieceOf === undefined) throw new Error('this tokenizer is byte-level')
    expect(pieceOf(1_000_000)).toBeUndefined()
    const whole = Array.from({ length: 768 }, (_, id) => id).filter(id => pieceOf(id) !== undefined)
    expect([whole.length > 500, whole.length < 768]).toEqual([true, true])
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...whole), { minLength: 1, maxLength: 12 }), ids => {
        expect(ids.map(pieceOf).join('')).toBe(decode(ids))
      }),
      { numRuns: 300, seed: 1 },
    )
  })

  it('never show a part of a character', () => {
    const text = 'naïve 😀 日本語 👩‍👩‍👧 ok'
    const ids = model.tokenizer.encode(text)
    expect(ids.length).toBeGreaterThan(20)
    const shown = pieces(ids)
    expect(shown.join('')).toBe(text)
    expect(shown.some(piece => piece.includes('\ufffd'))).toBe(false)
    expect(shown.filter(piece => piece === '').length).toBeGreaterThan(5)
  })

  it('give up on a character that never ends, and show it in the end', () => {
    const broken = model.tokenizer.encode('😀').slice(0, 2)
    expect(pieces(broken).slice(0, -1).join('')).toBe('')
    expect(pieces(broken).join('')).toBe('\ufffd')
    const many = Array.from({ length: 40 }, () => broken).flat()
    expect(pieces(many).join('').length).toBeGreaterThan(30)
  })
})

describe('stop strings', () => {
  const read = (text: string, stop: readonly string[]) => {
    const ids = model.tokenizer.encode(text)
    const reader = createAnswerReader(model, stop)
    const steps = ids.map(id => reader.push(id))
    return { ids, steps, text: steps.map(step => step.text).join('') + reader.end() }
  }

  it('end the text before the first of them, wherever tokens begin', () => {
    expect(read('one two three four', ['ree', 'two t'])).toMatchObject({ text: 'one ' })
    expect(answerText(model, model.tokenizer.encode('one two three'), ['zzz'])).toBe('one two three')
  })

  it('hold back what may be the beginning of one, and give it when it is none', () => {
    const { steps, text } = read('abc STO abc STOP abc', ['STOP'])
    expect(text).toBe('abc STO abc ')
    for (const step of steps) expect('STOP'.startsWith(step.text.slice(-1)) && step.text.endsWith('S')).toBe(false)
  })

  it('agree with a look at the whole text, for every text and every stop string', () => {
    const word = fc.stringMatching(/^[ab é😀]{1,12}$/u)
    fc.assert(
      fc.property(word, fc.array(fc.stringMatching(/^[ab é😀]{1,4}$/u), { minLength: 1, maxLength: 4 }), (text, stop) => {
        const whole = answerText(model, model.tokenizer.encode(text), stop)
        const at = stop.map(string => text.indexOf(string)).filter(index => index >= 0)
        // Of several strings the one that is complete first ends the text: it may begin later than one that is complete later.
        if (at.length === 0) expect(whole).toBe(text)
        else {
          expect(text.startsWith(whole)).toBe(true)
          expect(stop.some(string => text.startsWith(string, whole.length))).toBe(true)
          expect(stop.some(string => whole.includes(string))).toBe(false)
        }
      }),
      { numRuns: 300, seed: 2 },
    )
  })

  it('are complete with one token, and the count of tokens up to it is the same for all who read', () => {
    const { ids, steps } = read('one two three four', ['three'])
    const count = findStop(model, ids, ['three'])
    expect(steps.findIndex(step => step.stopped)).toBe((count ?? 0) - 1)
    expect(answerText(model, ids.slice(0, count ?? 0), ['three'])).toBe('one two ')
    expect(findStop(model, ids.slice(0, (count ?? 0) - 1), ['three'])).toBeNull()
  })
})
