import { afterEach, describe, expect, it } from 'vitest'
import type { OpenedEngine } from '../../../../miner/modules.ts'
import { verifyEd25519 } from '../../../../shared/identity/ed25519.ts'
import type { KeyPair } from '../../../../shared/identity/key-pair.ts'
import { findOpeningProblem } from '../../../../shared/proof/fingerprint/compare-fingerprint.ts'
import { drawOpening } from '../../../../shared/proof/fingerprint/draw-opening.ts'
import { type ChatAnswer, parseChatAnswer } from '../../../../shared/protocol/answer.ts'
import { type OpeningAsk, openingBytes, openingsPath, parseSignedOpening } from '../../../../shared/protocol/opening.ts'
import { unpackTokenIds } from '../../../../shared/protocol/pack-numbers.ts'
import { unpackOpening } from '../../../../shared/protocol/pack-opening.ts'
import { receiptDigest } from '../../../../shared/protocol/receipt-bytes.ts'
import { sha256Hex } from '../../../../shared/util/sha256-hex.ts'
import { openSessionLab, type SessionLab, sealedRequest } from '../../../support/session-lab.ts'
import { chatAsk, signedRequest } from '../../../support/signed-ask.ts'
import { codeOf, startTestMiner, type TestMiner, type TestMinerOptions } from '../../../support/test-miner.ts'
import { toyEngine } from '../../../support/toy-engine.ts'
import { toyHidden, withToyRows } from '../../../support/toy-rows.ts'

const running: Array<{ stop?(): Promise<void>; close?(): Promise<void> }> = []
afterEach(async () => {
  for (const each of running.splice(0)) await (each.stop?.() ?? each.close?.())
})

const beacon = `0x${'7b'.repeat(32)}`

async function start(options: TestMinerOptions & { onOpening?: OpenedEngine['onOpening'] } = {}): Promise<TestMiner> {
  const { onOpening } = options
  const openEngine = async (_: string, { model }: { model: { manifestDigest: string } }): Promise<OpenedEngine> => ({
    engine: withToyRows(toyEngine(model.manifestDigest)),
    ...(onOpening && { onOpening }),
  })
  const miner = await startTestMiner({ ...options, modules: { openEngine, ...options.modules } })
  running.push(miner)
  return miner
}

async function answer(
  miner: TestMiner,
  toploc?: { k: number; chunkRows: number },
  caller: KeyPair = miner.cast.validator,
): Promise<ChatAnswer> {
  const ask = chatAsk(miner.model.manifestDigest, {}, toploc && { toploc })
  return parseChatAnswer((await miner.send(signedRequest(caller, miner.cast.miner.hotkey, ask))).json)
}

function askOf({ assay: { receipt } }: ChatAnswer, changes: Partial<OpeningAsk> = {}): OpeningAsk {
  return { netuid: 2, receiptDigest: receiptDigest(receipt), beacon, k: 8, fullRows: 2, withTopLoc: false, ...changes }
}

const open = (miner: TestMiner, ask: unknown, caller: KeyPair = miner.cast.validator) =>
  miner.send(signedRequest(caller, miner.cast.miner.hotkey, ask, { path: openingsPath }))

describe('an opening', () => {
  it('shows what the receipt committed to, signed by the key that signed the receipt', async () => {
    const miner = await start()
    const answered = await answer(miner)
    const { receipt, certificate } = answered.assay
    const ask = askOf(answered)
    const reply = await open(miner, ask)
    expect(reply.status).toBe(200)
    const { statement, signature } = parseSignedOpening(reply.json)
    expect(statement).toMatchObject({ ...{ beacon, k: 8, fullRows: 2, topLoc: null }, requestId: receipt.requestId, miner: receipt.miner })
    expect(statement.certificateDigest).toBe(receipt.certificateDigest)
    const key = certificate?.certificate.key ?? ''
    expect(verifyEd25519(Buffer.from(signature.slice(2), 'hex'), openingBytes(statement), key)).toBe(true)
    const values = unpackOpening(statement)
    if (values === null) throw new Error('not packed')
    const rows = unpackTokenIds(receipt.tokenIds).length
    const commitment = { root: Buffer.from(receipt.hiddenRoot ?? '', 'hex'), rows, hidden: toyHidden }
    expect(
      findOpeningProblem(values, drawOpening(beacon, ask.receiptDigest, { hidden: toyHidden, k: 8, fullRows: 2, rows }), commitment),
    ).toBeNull()
    expect(await miner.figure('assay_miner_openings_total')).toBe(1)
  })

  it('shows the TOPLOC proofs whose digest the receipt states, where they were asked for', async () => {
    const miner = await start()
    const answered = await answer(miner, { k: 4, chunkRows: 4 })
    const { statement } = parseSignedOpening((await open(miner, askOf(answered, { withTopLoc: true }))).json)
    expect(statement.topLoc).toHaveLength(3)
    const proofs = Buffer.concat((statement.topLoc ?? []).map(text => Buffer.from(text, 'base64')))
    expect(sha256Hex(proofs)).toBe(answered.assay.receipt.toplocDigest)
  })

  it('goes through a session too', async () => {
    const miner = await start()
    const lab: SessionLab = openSessionLab()
    running.push(lab)
    const answered = await answer(miner)
    const { request, reply } = sealedRequest(await lab.open(miner), askOf(answered), openingsPath)
    const { statement } = parseSignedOpening(JSON.parse(reply.whole((await miner.send(request)).bytes).toString()))
    expect(statement.requestId).toBe(answered.assay.receipt.requestId)
  })

  it('is given three times, each under its own beacon', async () => {
    const miner = await start()
    const answered = await answer(miner)
    for (const digit of ['1', '2', '3']) expect((await open(miner, askOf(answered, { beacon: `0x${digit.repeat(64)}` }))).status).toBe(200)
    expect(codeOf(await open(miner, askOf(answered)))).toBe('MINER_OPENING_USED')
  })

  it('is for the validator of the receipt alone: for others there is none', async () => {
    const miner = await start()
    const answered = await answer(miner)
    expect(codeOf(await open(miner, askOf(answered), miner.cast.lesser))).toBe('MINER_OPENING_UNKNOWN')
    expect(codeOf(await open(miner, askOf(answered), miner.cast.stranger))).toBe('MINER_CALLER_UNKNOWN')
    expect((await open(miner, askOf(answered))).status).toBe(200)
  })

  it.each<[string, Partial<OpeningAsk> | Record<string, unknown>, string]>([
    ['of a receipt that was never given', { receiptDigest: '0'.repeat(64) }, 'MINER_OPENING_UNKNOWN'],
    ['on another subnet', { netuid: 3 }, 'MINER_NETUID'],
    ['with more numbers a row than 16 bytes hold', { k: 9 }, 'PROTO_SHAPE'],
    ['with too many whole rows', { fullRows: 17 }, 'PROTO_SHAPE'],
    ['with a beacon that is no hash', { beacon: 'block 7' }, 'PROTO_SHAPE'],
    ['with a member that nobody knows', { extra: 1 }, 'PROTO_SHAPE'],
  ])('%s is refused', async (_, changes, code) => {
    const miner = await start()
    const answered = await answer(miner)
    expect(codeOf(await open(miner, { ...askOf(answered), ...changes }))).toBe(code)
  })

  it('is not asked for by Epistula, nor in a long body', async () => {
    const miner = await start()
    const request = signedRequest(miner.cast.validator, miner.cast.miner.hotkey, ' '.repeat(1_100), { path: openingsPath })
    expect(codeOf(await miner.send(request))).toBe('MINER_BODY_SIZE')
    const bare = { ...request, headers: { 'content-type': 'application/json' } }
    expect(codeOf(await miner.send(bare))).toBe('MINER_AUTH_HEADERS')
  })

  it('is gone after its time, and where younger answers took its room', async () => {
    let ms = 0
    const late = await start({ flags: { openingSeconds: 5 }, modules: { monotonicMs: () => ms + performance.now() } })
    const answered = await answer(late)
    ms = 5_001
    expect(codeOf(await open(late, askOf(answered)))).toBe('MINER_OPENING_UNKNOWN')
    const full = await start({ flags: { openingMemory: 0 } })
    expect(codeOf(await open(full, askOf(await answer(full))))).toBe('MINER_OPENING_UNKNOWN')
    expect(await full.figure('assay_miner_openings_crowded_out_total')).toBe(1)
  })

  it('may be changed, or refused, by the hook of a plug-in', async () => {
    let refuses = false
    const miner = await start({
      onOpening: statement => (refuses ? null : { ...statement, projections: '' }),
      flags: { engine: 'plug-in.ts' },
    })
    const answered = await answer(miner)
    expect(parseSignedOpening((await open(miner, askOf(answered))).json).statement.projections).toBe('')
    refuses = true
    expect(codeOf(await open(miner, askOf(answered)))).toBe('MINER_OPENING_UNKNOWN')
  })
})
