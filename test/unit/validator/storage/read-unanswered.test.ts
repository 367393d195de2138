import { afterEach, describe, expect, it } from 'vitest'
import { askVerdicts } from '../../../../miner/verdicts/ask-verdicts.ts'
import { renderVerdicts } from '../../../../miner/verdicts/render-verdicts.ts'
import { verdictDueAfter } from '../../../../validator/audit/verdict-due.ts'
import { openVerdictServer } from '../../../../validator/reports/open-verdict-server.ts'
import { readUnanswered } from '../../../../validator/storage/read-unanswered.ts'
import { openSettlementLab } from '../../../support/settlement-lab.ts'
import { toySubnet } from '../../../support/subnet-terms.ts'
import { devKey } from '../../../support/toy-exchange.ts'

const closers: Array<() => Promise<void>> = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** The lab's requests have deadline block 120. */
const dueAfter = 10
const overdue = { block: 131, dueAfter }

describe('a receipt without a verdict', () => {
  it('is unanswered once its verdict was due, and no longer when its round is settled', async () => {
    const lab = await openSettlementLab()
    await lab.ask(40, { One: [{}], Two: [{}] })
    expect(await readUnanswered(lab.store, { block: 130, dueAfter })).toEqual([])
    const found = await readUnanswered(lab.store, { ...overdue, miner: devKey('One').hotkey })
    expect(found).toEqual([
      {
        ...{ requestId: lab.requestId(40, 'One', 0), round: 40, deadlineBlock: 120, dueBlock: 130 },
        receiptDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
        reason: expect.stringContaining('round 40 is not settled'),
      },
    ])
    expect((await readUnanswered(lab.store, overdue)).length).toBe(2)
    await lab.settle(40)
    expect(await readUnanswered(lab.store, overdue)).toEqual([])
  })

  it('names the round that holds its own up, or that its round was never closed', async () => {
    const lab = await openSettlementLab()
    await lab.ask(40, { One: [{}] })
    await lab.ask(41, { One: [{}] })
    await lab.ask(42, { One: [{}] }, false)
    const reasons = (await readUnanswered(lab.store, overdue)).map(({ round, reason }) => [round, reason] as const)
    expect(new Map(reasons).get(41)).toContain('round 41 waits for round 40')
    expect(new Map(reasons).get(42)).toContain('round 42 is still open')
  })

  it('is none where nothing was signed', async () => {
    const lab = await openSettlementLab()
    await lab.ask(40, { One: ['miss', null] })
    expect(await readUnanswered(lab.store, overdue)).toEqual([])
  })

  it('is told to its miner at the door for verdicts, also where that has no verdict yet, and to nobody else', async () => {
    const lab = await openSettlementLab()
    await lab.ask(40, { One: [{}], Two: ['miss'] })
    const validator = devKey('Validator').hotkey
    const server = await openVerdictServer(
      { host: '127.0.0.1', port: 0 },
      { store: lab.store, validator, netuid: 2, readUnanswered: miner => readUnanswered(lab.store, { ...overdue, miner }) },
    )
    closers.push(() => server.close())
    const all = { netuid: 2, after: 0, limit: 100 }
    const page = await askVerdicts(server.url, validator, devKey('One'), all)
    expect([page.verdicts, page.unanswered.length]).toEqual([[], 1])
    expect(renderVerdicts(page)).toMatch(/no verdict on request [0-9a-f]{32}, due in block 130: round 40 is not settled/)
    expect((await askVerdicts(server.url, validator, devKey('Two'), all)).unanswered).toEqual([])
  })
})

it('a verdict is due as many blocks after its beacon as the subnet file says, or some twenty minutes where it says nothing', () => {
  expect(verdictDueAfter(toySubnet({ audit: { rate: 1, unansweredAfter: 30 } }))).toBe(32)
  expect(verdictDueAfter(toySubnet())).toBe(102)
})
