import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { waitForCrypto } from '../../../../shared/identity/crypto-ready.ts'
import { canonicalJson } from '../../../../shared/protocol/canonical-json.ts'
import type { Exchange } from '../../../../validator/query/exchange.ts'
import { buildDuplicateWatch } from '../../../../validator/rounds/watch-duplicates.ts'
import { openStore, type Store } from '../../../../validator/storage/open-store.ts'
import type { Duplicate } from '../../../../validator/verification/find-duplicates.ts'
import { packStatistics } from '../../../../validator/verification/pack-statistics.ts'
import { toyExchange, toyStatistics } from '../../../support/toy-exchange.ts'
import { toyVerdict } from '../../../support/toy-verdict.ts'

beforeAll(waitForCrypto)

const stores: Store[] = []
afterEach(() => {
  for (const store of stores.splice(0)) store.close()
})

/** A judged round of these answers, each of which the reference finds this surprising. */
function roundOf(
  number: number,
  exchanges: readonly Exchange[],
  surprisal = 40,
): Parameters<ReturnType<typeof buildDuplicateWatch>['look']>[0] {
  const statistics = canonicalJson(packStatistics(toyStatistics(3, { surprisals: [surprisal, 0, 0] })))
  return {
    audited: {
      round: { number },
      answers: exchanges.map(exchange => ({ exchange, audited: true })),
    } as unknown as Parameters<ReturnType<typeof buildDuplicateWatch>['look']>[0]['audited'],
    judgements: exchanges.map(({ ask }) => ({ verdict: toyVerdict({ requestId: ask.assay.requestId }), statistics })),
  }
}

function exchange(id: string, parts: Parameters<typeof toyExchange>[0] = {}, hotkey?: string): Exchange {
  const plain = toyExchange(parts)
  const ask = { ...plain.ask, assay: { ...plain.ask.assay, requestId: id.repeat(32) } }
  return { ...plain, ask, ...(hotkey !== undefined && { miner: { ...plain.miner, hotkey } }) }
}

function watch() {
  const store = openStore(null)
  stores.push(store)
  const alarms: Duplicate[] = []
  return { alarms, ...buildDuplicateWatch(store, found => alarms.push(...found)) }
}

describe('the watch over duplicates', () => {
  it('raises an alarm over the same tokens from two miners in one round, and keeps it', async () => {
    const { look, alarms, recent } = watch()
    await look(roundOf(1, [exchange('1'), exchange('2', {}, 'other')]))
    expect(alarms).toHaveLength(1)
    expect(recent()).toMatchObject([{ round: 1, answers: [{ requestId: '1'.repeat(32) }, { minerKey: 'other@7' }] }])
  })

  it('remembers earlier rounds, and raises none when a round is judged twice', async () => {
    const { look, alarms } = watch()
    await look(roundOf(1, [exchange('1')]))
    await look(roundOf(1, [exchange('1')]))
    expect(alarms).toEqual([])
    await look(roundOf(2, [exchange('2')]))
    expect(alarms).toHaveLength(1)
  })

  it('looks at no greedy answers, at none that are legal for everybody, and at none that chance repeats', async () => {
    for (const parts of [{ temperature: 0 }, { scope: 'request' as const }]) {
      const { look, alarms } = watch()
      await look(roundOf(1, [exchange('1', parts), exchange('2', parts, 'other')]))
      expect(alarms).toEqual([])
    }
    const { look, alarms } = watch()
    await look(roundOf(1, [exchange('1'), exchange('2', {}, 'other')], 12))
    expect(alarms).toEqual([])
  })
})
