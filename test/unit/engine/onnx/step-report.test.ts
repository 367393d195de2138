import { describe, expect, it } from 'vitest'
import { createStepReport } from '../../../../shared/engine/onnx/step-report.ts'
import { stepTokens } from '../../../../shared/engine/onnx/step-tokens.ts'
import type { StepMessage } from '../../../../shared/engine/onnx/worker-messages.ts'

const load = { running: 1, waiting: 0, kvBytes: 0, kvLimitBytes: 1 }
const longMs = 3_600_000

const reporting = (gatherMs?: number) => {
  const sent: StepMessage[] = []
  const report = createStepReport(
    message => sent.push(message),
    () => load,
    gatherMs,
  )
  const step = (...calls: readonly number[]) => {
    for (const id of calls) report.tell(id, { tokenId: 10 + id, logProb: -id })
    report.flush()
  }
  const told = () => sent.map(({ tokens }) => tokens.filter((_, at) => at % 3 === 0))
  return { report, sent, step, told }
}

describe('what the steps of an engine tell', () => {
  it('goes out with every step where nothing is to be gathered', () => {
    const { step, told } = reporting()
    step(1, 2)
    step(1, 2)
    expect(told()).toEqual([
      [1, 2],
      [1, 2],
    ])
  })

  it('waits for the steps that follow, but no answer waits for its first token or its end', () => {
    const { report, sent, step, told } = reporting(longMs)
    step(1)
    step(1)
    step(1)
    expect(told()).toEqual([[1]])
    step(1, 2)
    expect(told()).toEqual([[1], [1, 1, 1, 2]])
    step(1, 2)
    report.end({ id: 1, error: { message: 'over' } })
    report.flush()
    expect([told()[2], sent[2]?.ended.map(({ id }) => id)]).toEqual([[1, 2], [1]])
  })

  it('goes out by itself when nothing follows', async () => {
    const { sent, step, told } = reporting(5)
    step(1)
    step(1)
    await expect.poll(() => sent.length).toBe(2)
    expect(told()).toEqual([[1], [1]])
  })

  it('has the rows of the tokens that have one, each to its own token', () => {
    const { report, sent } = reporting()
    const rowOf = (token: number) => Uint16Array.of(token, token + 1)
    report.tell(1, { tokenId: 5, logProb: -1, hidden: rowOf(5) })
    report.tell(2, { tokenId: 6, logProb: -1 })
    report.tell(1, { tokenId: 7, logProb: -1, hidden: rowOf(7) })
    report.flush()
    const [message] = sent
    if (message === undefined) throw new Error('nothing was sent')
    expect([...stepTokens(message)]).toEqual([
      [
        1,
        [
          { tokenId: 5, logProb: -1, hidden: rowOf(5) },
          { tokenId: 7, logProb: -1, hidden: rowOf(7) },
        ],
      ],
      [2, [{ tokenId: 6, logProb: -1 }]],
    ])
  })
})
