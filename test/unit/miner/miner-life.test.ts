import { Agent } from 'node:http'
import { createServer } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { parseChatAnswer } from '../../../shared/protocol/answer.ts'
import type { ChatAsk } from '../../../shared/protocol/ask.ts'
import type { Receipt } from '../../../shared/protocol/receipt.ts'
import { neuron } from '../../support/fake-miner-chain.ts'
import { receiptProblem } from '../../support/receipt-problem.ts'
import { chatAsk, signedRequest, withHeaders } from '../../support/signed-ask.ts'
import { castNeurons, codeOf, sendRaw, startTestMiner, type TestMiner, type TestMinerOptions } from '../../support/test-miner.ts'
import { toyEngine } from '../../support/toy-engine.ts'

const soon = { interval: 5, timeout: 10_000 }

describe('the life of a miner', () => {
  const running: TestMiner[] = []
  afterEach(async () => {
    for (const miner of running.splice(0)) await miner.stop()
  })
  const start = async (options: TestMinerOptions = {}) => {
    const miner = await startTestMiner(options)
    running.push(miner)
    return miner
  }
  const askAs = (miner: TestMiner, who: 'validator' | 'lesser', changes: Partial<ChatAsk> = {}, assay: Partial<ChatAsk['assay']> = {}) =>
    miner.send(signedRequest(miner.cast[who], miner.cast.miner.hotkey, chatAsk(miner.model.manifestDigest, changes, assay)))

  it('does not start unregistered, with another model in its engine, or on a port that is taken', async () => {
    await expect(start({ neurons: () => [] })).rejects.toMatchObject({ code: 'MINER_NOT_REGISTERED' })
    await expect(start({ modules: { openEngine: async () => ({ engine: toyEngine('another') }) } })).rejects.toMatchObject({
      code: 'MINER_ENGINE_MODEL',
    })
    const holder = createServer()
    await new Promise<void>(resolve => holder.listen(0, '127.0.0.1', resolve))
    const address = holder.address()
    const axonPort = typeof address === 'object' && address !== null ? address.port : 0
    await expect(start({ flags: { axonPort } })).rejects.toMatchObject({ code: 'MINER_PORT' })
    await new Promise(resolve => holder.close(resolve))
  })

  it('registers where it was told to', async () => {
    const miner = await start({
      flags: { register: true, externalHost: '192.0.2.7' },
      neurons: cast => castNeurons(cast).filter(({ hotkey }) => hotkey !== cast.miner.hotkey),
    })
    expect(miner.chain.registered).toEqual([miner.cast.miner.hotkey])
  })

  it('follows the metagraph: permits come and go, and a lost address is announced again', async () => {
    const miner = await start({ flags: { refreshSeconds: 0.05 } })
    expect((await askAs(miner, 'lesser')).status).toBe(200)
    miner.chain.neurons = [neuron(0, miner.cast.lesser.hotkey, { totalStakeRao: 90_000_000_000_000n }), neuron(1, miner.cast.miner.hotkey)]
    await vi.waitFor(() => expect(miner.chain.served).toHaveLength(2), soon)
    expect(codeOf(await askAs(miner, 'lesser'))).toBe('MINER_CALLER_NO_PERMIT')
    expect(codeOf(await askAs(miner, 'validator'))).toBe('MINER_CALLER_UNKNOWN')
  })

  it('says that it cannot earn once its hotkey is gone, and keeps its last callers while the chain is silent', async () => {
    const miner = await start({ flags: { refreshSeconds: 0.05 } })
    miner.chain.neurons = castNeurons(miner.cast).filter(({ hotkey }) => hotkey !== miner.cast.miner.hotkey)
    await vi.waitFor(async () => expect((await miner.get('/healthz')).status).toBe(503), soon)
    miner.chain.readMetagraph = () => Promise.reject(new Error('silent'))
    await vi.waitFor(async () => expect(await miner.figure('assay_miner_metagraph_failures_total')).toBeGreaterThan(0), soon)
    expect((await askAs(miner, 'validator')).status).toBe(200)
  })

  it('gives each caller its share: one that took too much is told when to come back, the other is answered', async () => {
    const miner = await start({ flags: { tokenRate: 40 } })
    // 24 tokens of burst for the lesser validator; the greedy request takes 100 and gets most of it back when it is done.
    const release = miner.engine.hold()
    const first = askAs(miner, 'lesser', { max_tokens: 100 })
    await vi.waitFor(() => expect(miner.engine.active()).toBe(1), soon)
    const refused = await askAs(miner, 'lesser')
    expect([refused.status, codeOf(refused)]).toEqual([429, 'MINER_OVER_SHARE'])
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1)
    const other = askAs(miner, 'validator')
    release()
    expect([(await first).status, (await other).status]).toEqual([200, 200])
    expect((await askAs(miner, 'lesser')).status).toBe(200)
  })

  it('lets a caller pay for prompts that are too long, since reading them holds up all others', async () => {
    const miner = await start({ flags: { tokenRate: 40 } })
    const tooLong = { messages: [{ role: 'user' as const, content: 'etaoin shrdlu '.repeat(500) }] }
    expect(codeOf(await askAs(miner, 'lesser', tooLong))).toBe('ENGINE_CONTEXT')
    expect(codeOf(await askAs(miner, 'lesser', tooLong))).toBe('MINER_OVER_SHARE')
    expect((await askAs(miner, 'validator')).status).toBe(200)
  })

  it('refuses at the caller’s deadline what is still being generated', async () => {
    const miner = await start()
    const release = miner.engine.hold()
    const reply = await askAs(miner, 'validator', {}, { deadlineMs: 100 })
    expect([reply.status, codeOf(reply)]).toEqual([429, 'MINER_DEADLINE'])
    await vi.waitFor(() => expect(miner.engine.active()).toBe(0), soon)
    release()
  })

  it('finishes what it was answering when it is told to stop', async () => {
    const miner = await startTestMiner()
    const release = miner.engine.hold()
    const reply = askAs(miner, 'validator')
    await vi.waitFor(() => expect(miner.engine.active()).toBe(1), soon)
    const stopped = miner.running.stop()
    release()
    expect(parseChatAnswer((await reply).json).assay.receipt.sequence).toBeGreaterThan(0)
    await stopped
    await expect(miner.get('/healthz')).rejects.toThrow()
    await miner.stop()
  })

  it('lets a plug-in change a receipt before it is signed', async () => {
    const engine = toyEngine('a plug-in answers for its own model')
    const onReceipt = (receipt: Receipt) => ({ ...receipt, promptTokens: 77 })
    const miner = await start({ flags: { engine: 'plug-in.ts' }, modules: { openEngine: async () => ({ engine, onReceipt }) } })
    const { assay } = parseChatAnswer((await askAs(miner, 'validator')).json)
    expect([assay.receipt.promptTokens, receiptProblem(miner.cast.miner.hotkey, assay)]).toEqual([77, null])
  })

  it('answers a validator after a restart while bad signatures in its name come from everywhere else', async () => {
    const flags = { badSignatureRate: 0.1 }
    const before = await startTestMiner({ flags })
    expect((await askAs(before, 'validator')).status).toBe(200)
    await before.stop(true)
    const after = await start({ flags, folder: before.folder })
    const forged = withHeaders(signedRequest(after.cast.validator, after.cast.miner.hotkey, chatAsk(after.model.manifestDigest)), {
      'assay-signature': `0x${'5a'.repeat(64)}`,
    })
    const flood = Array.from({ length: 20 }, async (_, index) => {
      const agent = new Agent({ localAddress: `127.0.9.${index + 1}` })
      return codeOf(
        await sendRaw(after.running.url, { ...forged, headers: { ...forged.headers, 'assay-id': `${10 + index}`.repeat(16) } }, agent),
      )
    })
    expect(new Set(await Promise.all(flood))).toEqual(new Set(['MINER_SIGNATURE', 'MINER_ATTEMPTS']))
    expect((await askAs(after, 'validator')).status).toBe(200)
  })
})
