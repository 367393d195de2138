import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generateChoice } from '../../miner/generate-choice.ts'
import { buildOpening } from '../../miner/openings/open-receipt.ts'
import { createStreamSigner } from '../../miner/receipts/build-partial-receipt.ts'
import { buildReceipt, buildStatement } from '../../miner/receipts/build-receipt.ts'
import { type Commitment, commitAnswer } from '../../miner/receipts/commit-answer.ts'
import { createReceiptSigner, type ReceiptSeal } from '../../miner/receipts/receipt-signer.ts'
import { members } from '../../owner/gallery/members.ts'
import { openEngine } from '../../owner/gallery/parts/open-engine.ts'
import type { EngineContext, EnginePlugin } from '../../shared/engine/engine-plugin.ts'
import type { Engine, ScoreResult } from '../../shared/engine/engine-port.ts'
import { loadEnginePlugin } from '../../shared/engine/load-engine-plugin.ts'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { type LoadedModel, loadModel } from '../../shared/models/load-model.ts'
import type { ChatAsk } from '../../shared/protocol/ask.ts'
import { contentDigest, promptDigest } from '../../shared/protocol/content-digest.ts'
import { noiseKey } from '../../shared/protocol/noise-key.ts'
import { offerBytes, offerDigest, type SignedOffer } from '../../shared/protocol/offer.ts'
import { type OpeningRecord, openingBytes } from '../../shared/protocol/opening.ts'
import { packFloats, packTokenIds } from '../../shared/protocol/pack-numbers.ts'
import type { Receipt } from '../../shared/protocol/receipt.ts'
import { receiptBytes, receiptDigest } from '../../shared/protocol/receipt-bytes.ts'
import { samplingOf } from '../../shared/protocol/sampling-of.ts'
import type { SignedPartial } from '../../shared/protocol/stream-chunk.ts'
import type { EvidenceBounds } from '../../shared/subnet/evidence-bounds.ts'
import { loadSubnet, type SubnetFile, type SubnetModel } from '../../shared/subnet/subnet-file.ts'
import { sha256Hex } from '../../shared/util/sha256-hex.ts'
import type { Arrival, Exchange } from '../../validator/query/exchange.ts'
import { judge } from '../../validator/verification/judge.ts'
import { measureOpening } from '../../validator/verification/measure-opening.ts'
import type { ReferenceStatistics } from '../../validator/verification/reference-statistics.ts'
import { scoreRequestOf } from '../../validator/verification/score-request-of.ts'
import type { Verdict } from '../../validator/verification/verdict.ts'
import { tinyPrompts } from './tiny-prompts.ts'
import { devKey, toyExchange, toyInput } from './toy-exchange.ts'

/** One answer of a member as a validator holds it, judged by the real judge against the real reference. */
export interface GalleryAnswer {
  readonly exchange: Exchange
  /** What the reference says of it, of its opening too; null where nothing came. */
  readonly statistics: ReferenceStatistics | null
  readonly verdict: Verdict
}

export interface GalleryLab {
  readonly model: LoadedModel
  readonly terms: SubnetModel
  readonly subnet: SubnetFile
  /** What every member's engine is opened with. */
  readonly context: EngineContext
  /** A member by its name, or a plug-in; `honest` runs the model. */
  open(member: string | EnginePlugin): Promise<Cheat>
  close(): Promise<void>
}

export interface Cheat {
  /** Asks for so many answers one after another, with prompts of the default subnet at temperature 1. */
  answers(count: number, options?: AskOptions): Promise<GalleryAnswer[]>
  close(): Promise<void>
}

export interface AskOptions {
  /** Which prompts and seeds. */
  readonly from?: number
  readonly maxTokens?: number
  readonly temperature?: number
  readonly topK?: number
}

const never = new AbortController().signal
const clock = { nowMs: () => 1_100 }
const beacon = `0x${'7e'.repeat(32)}`
const toploc = { k: 32, chunkRows: 8 } as const
const opens = { k: 8, fullRows: 2 } as const
/** A subnet that accepts full precision alone: several times what the one rounding to sixteen bits does to an honest answer. */
const fineBounds: EvidenceBounds = {
  greedySlack: 0.01,
  fingerprintBound: 2e-3,
  logProbBound: 1e-3,
  checkWeights: { margin: 0.4, fingerprint: 0.4, logProb: 0.2 },
}

/** Opens the default subnet's model with a reference of its own; `fine` with bounds for full precision alone. */
export async function openGalleryLab(fine = false): Promise<GalleryLab> {
  await waitForCrypto()
  const { file, folder } = await loadSubnet(fileURLToPath(new URL('../../config/subnet.json', import.meta.url)))
  const [first] = file.models
  if (first === undefined) throw new Error('the default subnet has no model')
  const terms: SubnetModel = fine ? { ...first, bounds: fineBounds } : first
  const model = await loadModel(join(folder, terms.path))
  const stateFolder = mkdtempSync(join(tmpdir(), 'assay-gallery-'))
  const context: EngineContext = { model, hotkey: devKey('Miner').hotkey, threads: 1, provider: 'cpu', stateFolder }
  // Held open, so that the members share them instead of starting their own, which takes longer than all that is asked of them.
  const held = await Promise.all((['true', 'sibling', 'int4'] as const).map(each => openEngine(context, each)))
  const [reference] = held
  if (reference === undefined) throw new Error('no reference')
  return {
    ...{ model, terms, subnet: file, context },
    async open(member) {
      const found = members.find(({ name }) => name === member)
      const plugin: Partial<EnginePlugin> =
        typeof member !== 'string' ? member : found === undefined ? {} : await loadEnginePlugin(found.path)
      const offer = offerOf(model, plugin)
      const engine = await (plugin.createEngine?.(context) ?? openEngine(context))
      return {
        async answers(count, options = {}) {
          const list: GalleryAnswer[] = []
          for (let index = 0; index < count; index++)
            list.push(await answerOne({ model, terms, reference, engine, plugin, offer }, (options.from ?? 0) + index, options))
          return list
        },
        close: () => engine.close(),
      }
    },
    async close() {
      await Promise.all(held.map(engine => engine.close()))
      rmSync(stateFolder, { recursive: true, force: true })
    },
  }
}

interface Parts {
  readonly model: LoadedModel
  readonly terms: SubnetModel
  readonly reference: Engine
  readonly engine: Engine
  readonly plugin: Partial<EnginePlugin>
  /** Null for a member that makes none. */
  readonly offer: SignedOffer | null
}

/** The offer of a member that changes offers, signed. */
function offerOf(model: LoadedModel, { onOffer }: Partial<EnginePlugin>): SignedOffer | null {
  if (onOffer === undefined) return null
  const { name } = model.manifest
  const { manifestDigest } = model
  const offer = onOffer({
    ...{ version: 'assay/offer/1', netuid: 2, miner: devKey('Miner').hotkey, epoch: 1, priceRao: 0, region: '', tier: '' },
    models: [{ model: name, manifestDigest, artefact: 'onnx', precision: 'fp32', capacity: null, benchmarkDigest: null }],
  })
  return { offer, signature: `0x${Buffer.from(devKey('Miner').sign(offerBytes(offer))).toString('hex')}` }
}

async function answerOne(parts: Parts, index: number, options: AskOptions): Promise<GalleryAnswer> {
  const { model, terms, reference } = parts
  const ask = askOf(model, terms, index, options)
  const base = toyExchange()
  const promptIds = model.promptIdsOf({ messages: ask.messages })
  const sent = { ...base, ask, promptIds, askedWork: ask.max_tokens, ...(parts.offer && { offers: [parts.offer] }) }
  const { arrival, opened } = await serve(parts, sent, index)
  const exchange: Exchange = { ...sent, arrival }
  const request = scoreRequestOf(exchange)
  const result = request && (await reference.score({ ...request, wantHidden: opened !== null }, never))
  const statistics = result && statisticsOf(exchange, result, opened)
  return { exchange, statistics, verdict: judge(toyInput(exchange, { model, terms, statistics, opened })) }
}

function statisticsOf(exchange: Exchange, { hidden, ...statistics }: ScoreResult, opened: OpeningRecord | null): ReferenceStatistics {
  return hidden === undefined || opened === null ? statistics : { ...statistics, ...measureOpening(exchange, opened, hidden) }
}

function askOf(model: LoadedModel, terms: SubnetModel, index: number, options: AskOptions): ChatAsk {
  const content = tinyPrompts(1_000, index + 1).at(-1) ?? ''
  const { maxTokens = 40, temperature = 1, topK } = options
  return {
    model: terms.name,
    messages: [{ role: 'user', content }],
    ...{ max_tokens: maxTokens, temperature, ...(topK !== undefined && { top_k: topK }) },
    assay: {
      requestId: index.toString(16).padStart(32, '0'),
      netuid: 2,
      manifestDigest: model.manifestDigest,
      requestSeed: sha256Hex(`seed ${index}`),
      scope: 'miner',
      choice: 0,
      deadlineBlock: 120,
      deadlineMs: 60_000,
      toploc,
    },
  }
}

async function serve(
  { model, engine, plugin, reference, offer }: Parts,
  { ask, promptIds, miner }: Omit<Exchange, 'arrival'>,
  index: number,
): Promise<{ arrival: Arrival; opened: OpeningRecord | null }> {
  const sampling = samplingOf(ask)
  const { manifestDigest, requestSeed, scope, choice } = ask.assay
  const prompt = promptDigest(promptIds)
  const content = contentDigest({ manifestDigest, promptDigest: prompt, sampling, scope })
  const seal = createReceiptSigner({ hotkey: devKey('Miner'), netuid: 2, ...clock }).current()
  const statement = buildStatement({
    ...{ ask, miner: miner.hotkey, validator: devKey('Validator').hotkey, certificateDigest: seal.certificateDigest, sampling },
    ...{ promptTokens: promptIds.length, promptDigest: prompt, contentDigest: content, offerDigest: offer && offerDigest(offer.offer) },
  })
  const request = {
    ...{ promptIds, sampling, noiseKey: noiseKey({ requestSeed, contentDigest: content, scope, choice, hotkey: miner.hotkey }) },
    wantHidden: engine.hiddenSize !== undefined,
  }
  const signer = createStreamSigner({ statement, seal, receivedMs: 1_000, startedMs: 1_001, ...clock })
  const arrived = { elapsedMs: 300, arrivedBlock: 118, arrivedMs: 1_300 } as const
  const streamed: number[] = []
  const partials: SignedPartial[] = []
  try {
    const { generation, text } = await generateChoice({ engine, model }, request, never, ({ tokens }) => {
      streamed.push(...tokens.map(({ tokenId }) => tokenId))
      const { partial } = signer.push(tokens.map(({ tokenId }) => tokenId))
      if (partial !== undefined) partials.push(partial)
    })
    const commitment = commitAnswer(generation.hidden, toploc)
    const times = { receivedMs: 1_000, startedMs: 1_001, finishedMs: 1_100 }
    const place = { sequence: index + 1, previousDigest: '0'.repeat(64) }
    const plain = buildReceipt({ statement, generation, text, commitment, times }, place)
    const receipt = plugin.onReceipt?.(plain) ?? plain
    const signed = { receipt, signature: seal.sign(receiptBytes(receipt)), certificate: seal.certificate }
    const arrival = { kind: 'answer', ...signed, logProbs: packFloats(generation.logProbs), text, ...arrived } as const
    const hiddenSize = reference.hiddenSize ?? 0
    return { arrival, opened: commitment && openAnswer({ receipt, commitment, seal, plugin, hiddenSize }) }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    const last = partials.at(-1)
    if (last === undefined) return { arrival: { kind: 'none', reason: 'refused', detail, elapsedMs: 300, ours: false }, opened: null }
    const { receipt, signature } = last
    const cut = { certificate: seal.certificate, tokenIds: packTokenIds(streamed.slice(0, receipt.tokens)), reason: 'cut', detail } as const
    return { arrival: { kind: 'partial', receipt, signature, ...cut, ...arrived }, opened: null }
  }
}

interface Opened {
  readonly receipt: Receipt
  readonly commitment: Commitment
  readonly seal: ReceiptSeal
  readonly plugin: Partial<EnginePlugin>
  readonly hiddenSize: number
}

/** What the member opens after the beacon, as the validator stores it. */
function openAnswer({ receipt, commitment, seal, plugin, hiddenSize }: Opened): OpeningRecord {
  const { requestId, validator, miner, certificateDigest, netuid } = receipt
  const digest = receiptDigest(receipt)
  const ask = { netuid, receiptDigest: digest, beacon, ...opens, withTopLoc: true }
  const kept = { receiptDigest: digest, requestId, validator, certificateDigest, rows: commitment.rows, proofs: commitment.proofs, seal }
  const plain = buildOpening(ask, kept, miner, 1_400)
  const statement = plugin.onOpening === undefined ? plain : plugin.onOpening(plain)
  const none = { kind: 'none', reason: 'refused', detail: 'no opening', elapsedMs: 50, ours: false } as const
  if (statement === null) return { ask, hiddenSize, arrival: none }
  const signature = seal.sign(openingBytes(statement))
  return { ask, hiddenSize, arrival: { kind: 'opening', statement, signature, elapsedMs: 50, arrivedMs: 1_450 } }
}
