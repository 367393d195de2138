import { describe, expect, it } from 'vitest'
import { buildAuditor } from '../../../../validator/rounds/auditor.ts'
import { settleRound } from '../../../../validator/rounds/run-round.ts'
import { placeCommitment, saveCommitment } from '../../../../validator/storage/commitment-table.ts'
import { readRound } from '../../../../validator/storage/round-table.ts'
import { readJudgements, readSettlement } from '../../../../validator/storage/settlement-table.ts'
import { type Deed, openSettlementLab, type SettlementLab } from '../../../support/settlement-lab.ts'
import { devKey, toyModel, toyStatistics } from '../../../support/toy-exchange.ts'

const honest: Deed = {}
const wrongText: Deed = { text: 'other' }
const never = new AbortController().signal

async function verdictsOf(lab: SettlementLab, round: number): Promise<string[]> {
  return (await readJudgements(lab.store, round)).map(({ verdict }) => {
    const { kind, code } = JSON.parse(verdict)
    return `${kind} ${code}`
  })
}

describe('settling a round', () => {
  it('stores verdicts, state and scores together, and the scores follow the verified work', async () => {
    const lab = await openSettlementLab()
    await lab.ask(40, { One: [honest, honest], Two: [honest, 'miss'] })
    await lab.settle(40)
    expect((await readRound(lab.store, 40))?.status).toBe('settled')
    expect((await verdictsOf(lab, 40)).sort()).toEqual(['miss timeout', 'pass null', 'pass null', 'pass null'])
    expect(await lab.score('One')).toBeCloseTo(0.66, 10)
    expect(await lab.score('Two')).toBeCloseTo(0.33, 10)
  })

  it('convicts who contradicts itself while the canary is down, and what needs the reference is void and costs nothing', async () => {
    let isReady = true
    const lab = await openSettlementLab({ ready: () => isReady })
    await lab.ask(40, { One: [honest], Two: [honest] })
    await lab.settle(40)
    const before = await lab.score('Two')
    isReady = false
    await lab.ask(41, { One: [honest, wrongText], Two: [honest, honest] })
    await lab.settle(41)
    expect((await verdictsOf(lab, 41)).sort()).toEqual([
      'fail VERIFY_TEXT',
      'void VERIFY_CANARY',
      'void VERIFY_CANARY',
      'void VERIFY_CANARY',
    ])
    expect([await lab.score('One'), await lab.score('Two')]).toEqual([0, before])
    expect((await lab.replay(41)).differences).toEqual([])
  })

  it('leaves all as it was where its metagraph cannot be read, and does all of it at the next try', async () => {
    const lab = await openSettlementLab()
    await lab.ask(40, { One: [honest] })
    lab.chain.faults.push(new Error('the socket is gone'))
    await expect(lab.settle(40)).rejects.toThrow('the socket is gone')
    expect(await readSettlement(lab.store, 40)).toBeNull()
    expect(await readJudgements(lab.store, 40)).toEqual([])
    await lab.settle(40)
    expect(await lab.score('One')).toBeGreaterThan(0)
  })

  it('is not held up by an answer that upsets the checks: it is void, told of, and replays the same', async () => {
    const failures: string[] = []
    const decode = (ids: readonly number[]) => {
      if (ids.includes(7)) throw new TypeError('the tokenizer broke')
      return toyModel.tokenizer.decode(ids)
    }
    const facts = { ...toyModel, tokenizer: { decode } }
    const lab = await openSettlementLab({ facts, onJudged: verdicts => failures.push(...verdicts.map(({ code }) => `${code}`)) })
    await lab.ask(40, { One: [honest, { tokenIds: [7, 0], text: 'g' }], Two: [honest] })
    await lab.settle(40)
    expect((await verdictsOf(lab, 40)).sort()).toEqual(['pass null', 'pass null', 'void VERIFY_INTERNAL'])
    expect(failures).toEqual(['VERIFY_INTERNAL'])
    expect((await lab.replay(40)).differences).toEqual([])
  })

  it('happens once: the second time is refused, and counts nothing twice', async () => {
    const lab = await openSettlementLab()
    await lab.ask(40, { One: [honest] })
    await lab.settle(40)
    const [before, score] = [await readSettlement(lab.store, 40), await lab.score('One')]
    await expect(lab.settle(40)).rejects.toThrow(/UNIQUE/)
    expect(await readSettlement(lab.store, 40)).toEqual(before)
    expect(await lab.score('One')).toBe(score)
  })

  it('fails with a beacon that the chain does not have', async () => {
    const lab = await openSettlementLab()
    await lab.ask(40, { One: [honest] })
    const auditor = lab.modules.auditor
    const blind = { ...lab.chain, readBlockHash: async () => null }
    const parts = { store: lab.store, chain: blind, master: new Uint8Array(32), netuid: 2, subnet: lab.subnet.file }
    const found = await readRound(lab.store, 40)
    if (found === null) throw new Error('no round')
    const exchanges = await lab.pool.exchangesOf(found.round)
    await expect(buildAuditor(parts).draw(found.round, exchanges, never)).rejects.toMatchObject({ code: 'VALIDATOR_BEACON' })
    expect((await auditor.draw(found.round, exchanges, never)).answers).toMatchObject([{ audited: true }])
  })

  it.each([
    ['before the round began', 199, true, 199],
    ['when the round had begun', 200, true, null],
    ['in a block that may still go', 199, false, null],
  ])('names in each verdict the commitment to the secret that drew it, where that was made %s', async (_, block, isFinal, named) => {
    const lab = await openSettlementLab()
    const { epoch } = await lab.ask(40, { One: [honest, 'miss'] })
    await saveCommitment(lab.store, { epoch, fields: [], discloses: null })
    await placeCommitment(lab.store, epoch, block, isFinal)
    await lab.settle(40)
    const verdicts = (await readJudgements(lab.store, 40)).map(({ verdict }) => JSON.parse(verdict))
    expect(verdicts.map(({ commitmentBlock }) => commitmentBlock)).toEqual([named, named])
    // What is learned later changes no verdict.
    await placeCommitment(lab.store, epoch, 198, true)
    expect((await lab.replay(40)).differences).toEqual([])
  })

  it('voids the one answer that the reference cannot run, and judges the rest', async () => {
    const failures: unknown[] = []
    const lab = await openSettlementLab({
      score: async ({ tokenIds }) => {
        if (tokenIds[0] === 1) throw new Error('the reference stumbled')
        return toyStatistics(tokenIds.length)
      },
      onReferenceFailure: error => failures.push(error),
    })
    await lab.ask(40, { One: [{ tokenIds: [1, 9, 0] }, honest] })
    await lab.settle(40)
    expect((await verdictsOf(lab, 40)).sort()).toEqual(['pass null', 'void VERIFY_REFERENCE'])
    expect(failures).toHaveLength(1)
    // Half of the asked work is void, and so is half of the time: the score is that of the other half.
    expect(await lab.score('One')).toBeCloseTo(3.3 / 5, 10)
    expect((await lab.replay(40)).differences).toEqual([])
  })

  it('is left for later where we are stopped in its middle', async () => {
    const stopping = new AbortController()
    const lab = await openSettlementLab({
      score: async (_, signal) => {
        stopping.abort(new Error('stopped'))
        signal.throwIfAborted()
        throw new Error('the signal did not get through')
      },
    })
    const round = await lab.ask(40, { One: [honest] })
    await expect(settleRound(round, lab.modules, stopping.signal)).rejects.toThrow('stopped')
    expect(await readSettlement(lab.store, 40)).toBeNull()
  })

  it('fails the second receipt under one number, in one round as in two', async () => {
    const lab = await openSettlementLab()
    await lab.ask(40, { One: [{ sequence: 5 }, { sequence: 5 }] })
    await lab.settle(40)
    expect((await verdictsOf(lab, 40)).sort()).toEqual(['fail VERIFY_SEQUENCE', 'pass null'])
    await lab.ask(41, { One: [{ sequence: 5 }, { sequence: 6 }] })
    await lab.settle(41)
    expect((await verdictsOf(lab, 41)).sort()).toEqual(['fail VERIFY_SEQUENCE', 'pass null'])
    for (const round of [40, 41]) expect((await lab.replay(round)).differences).toEqual([])
  })

  it('does not let a stranger use up a number of a miner', async () => {
    const lab = await openSettlementLab()
    await lab.ask(40, { One: [{ sequence: 5, miner: devKey('Stranger'), receipt: { miner: devKey('One').hotkey } }] })
    await lab.settle(40)
    expect(await verdictsOf(lab, 40)).toEqual(['miss VERIFY_SIGNATURE'])
    await lab.ask(41, { One: [{ sequence: 5 }] })
    await lab.settle(41)
    expect(await verdictsOf(lab, 41)).toEqual(['pass null'])
  })
})

describe('replaying a settled round', () => {
  async function settledLab() {
    const lab = await openSettlementLab()
    for (const number of [40, 41, 42]) {
      await lab.ask(number, { One: [honest, 'miss', wrongText], Two: [honest, null, { logProbs: [-1, -2, -3] }] })
      await lab.settle(number)
    }
    return lab
  }

  it('gives the same verdicts, state and scores byte for byte', async () => {
    const lab = await settledLab()
    for (const number of [40, 41, 42]) {
      const replay = await lab.replay(number)
      expect(replay.differences).toEqual([])
      expect(replay.verdicts).toHaveLength(6)
    }
  })

  it.each([
    [
      'a verdict',
      "UPDATE judgement SET verdict = replace(verdict, '\"work\":3.3', '\"work\":9.3') WHERE kind = 'pass'",
      /^verdict of request/,
    ],
    ['a score', "UPDATE settlement SET scores = replace(scores, '0.', '1.')", /^the scores$/],
    ['the state', 'UPDATE settlement SET state = replace(state, \'"convictions":0\', \'"convictions":1\')', /^the state after the round$/],
    [
      'an elapsed time',
      'UPDATE exchange SET arrival = replace(arrival, \'"elapsedMs":50\', \'"elapsedMs":51\')',
      /^the stored exchanges or statistics$/,
    ],
    [
      'a prompt',
      'UPDATE exchange SET request = replace(request, \'"content":"cat"\', \'"content":"cut"\')',
      /^the stored exchanges or statistics$/,
    ],
    [
      'a signature',
      'UPDATE exchange SET arrival = replace(arrival, \'"signature":"0x\', \'"signature":"0xa\') WHERE arrival LIKE \'%sequence%\'',
      /^verdict of request/,
    ],
    [
      'the digest of the evidence',
      'UPDATE settlement SET inputs = replace(inputs, \'"evidenceDigest":"\', \'"evidenceDigest":"0\')',
      /^the stored exchanges or statistics$/,
    ],
    ['who was there', "UPDATE settlement SET inputs = json_set(inputs, '$.present', json('[]'))", /^the (scores|state after the round)$/],
    ['a judgement that is gone', "DELETE FROM judgement WHERE kind = 'pass'", /^verdict of request/],
  ])('finds %s that was changed afterwards', async (_, change, difference) => {
    const lab = await settledLab()
    const { changes } = lab.store.sqlite.prepare(`${change}${change.includes('WHERE') ? ' AND' : ' WHERE'} round = 41`).run()
    expect(changes).toBeGreaterThan(0)
    expect((await lab.replay(41)).differences).toContainEqual(expect.stringMatching(difference))
    expect((await lab.replay(40)).differences).toEqual([])
  })

  it('finds any one changed byte of the statistics', async () => {
    const lab = await settledLab()
    const rows = lab.store.sqlite
      .prepare('SELECT request_id, statistics FROM judgement WHERE round = 41 AND statistics IS NOT NULL')
      .all() as Array<{
      request_id: string
      statistics: string
    }>
    const [{ request_id, statistics } = { request_id: '', statistics: '' }] = rows
    const write = (text: string) =>
      lab.store.sqlite.prepare('UPDATE judgement SET statistics = ? WHERE request_id = ?').run(text, request_id)
    for (let at = 0; at < statistics.length; at += 7) {
      write(`${statistics.slice(0, at)}${statistics[at] === 'A' ? 'B' : 'A'}${statistics.slice(at + 1)}`)
      expect((await lab.replay(41)).differences, `byte ${at}`).not.toEqual([])
    }
    write(statistics)
    expect((await lab.replay(41)).differences).toEqual([])
  })

  it('says which rounds there are where it is asked for another', async () => {
    const lab = await settledLab()
    await lab.ask(43, { One: [honest] })
    for (const number of [7, 43, 44])
      await expect(lab.replay(number)).rejects.toMatchObject({
        code: 'VALIDATOR_ROUND_UNKNOWN',
        details: { round: number, first: 40, last: 42 },
      })
    await expect((await openSettlementLab()).replay(1)).rejects.toMatchObject({ details: { first: 'none', last: 'none' } })
  })
})
