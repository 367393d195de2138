import { readFile } from 'node:fs/promises'
import type { Engine } from '../../../shared/engine/engine-port.ts'
import { createOnnxEngine } from '../../../shared/engine/onnx/create-onnx-engine.ts'
import { type LoadedModel, loadModel } from '../../../shared/models/load-model.ts'
import type { SubnetFile, SubnetModel } from '../../../shared/subnet/subnet-file.ts'
import { sha256Hex } from '../../../shared/util/sha256-hex.ts'
import type { AnswerBounds } from '../../../validator/verification/evidence/answer-e-value.ts'
import { streamWeights } from '../../../validator/verification/evidence/miner-evidence.ts'
import { streamName } from '../../../validator/verification/evidence/stream-name.ts'
import type { AnswerSample } from './answer-sample.ts'
import { galleryCheats, turncoat } from './cheats.ts'
import { type Collector, collectSource } from './collect-source.ts'
import { type ConvictionSettings, measureConviction, type WeighedAnswer } from './convict.ts'
import { decilesOf } from './deciles-of.ts'
import { boundsOf, type EvidenceOf, eValueOf } from './e-value-of.ts'
import { type HonestSource, honestSources } from './honest-sources.ts'
import { meanOf } from './mean-of.ts'
import type { Costs } from './measure-costs.ts'
import { measureMember } from './measure-member.ts'
import { measureNullProofs } from './null-proofs.ts'
import { createNullStreams } from './null-streams.ts'
import type { ClassReport, ConvictionRow, MemberReport, Report, VariantReport } from './report.ts'
import { openSampleStore } from './sample-store.ts'
import { type Amounts, marginClip, maxTokens, projections, stochasticEntropy, temperature, topK, toploc } from './settings.ts'
import { asShown, samplesAsShown } from './shown-rows.ts'
import { simulateLifetimes } from './simulate-lifetimes.ts'
import { bestConviction } from './targets.ts'

export interface VerificationSettings {
  readonly quick: boolean
  readonly amounts: Amounts
  readonly modelFolder: string
  readonly subnet: SubnetFile
  /** Where measured answers are kept for the next run; nowhere unless told. */
  readonly cacheFolder?: string
  /** Members to measure; all unless told. */
  readonly only?: readonly string[]
  /** Honest variants to measure; all that the subnet file accepts unless told. */
  readonly onlyVariants?: readonly string[]
  /** Measures what verifying costs; left out where nobody asks. */
  readonly costs?: () => Promise<Costs[]>
  readonly log: (line: string) => void
}

interface Measured {
  readonly variant: HonestSource
  readonly samples: readonly AnswerSample[]
}

/** What measures an answer: answers that were measured by another text of these are measured again. */
const proofSources = [
  './measure-answer.ts',
  '../../../shared/proof/fingerprint/compare-fingerprint.ts',
  '../../../shared/proof/fingerprint/draw-opening.ts',
  '../../../shared/proof/fingerprint/project-row.ts',
  '../../../shared/proof/toploc/compare-toploc.ts',
]
/** Answers of each variant by which the loosest class is found. */
const pilotAnswers = 100
const cuts = [4, 16, 50, null] as const
const mostAnswers = 4_000
const turnAfter = 1_000

/** Everything that the table says, from honest answers and those of the gallery's members. */
export async function measureVerification(settings: VerificationSettings): Promise<Report> {
  const { amounts, subnet, log } = settings
  const model = await loadModel(settings.modelFolder)
  const terms = subnet.models.find(({ name }) => name === model.manifest.name)
  if (terms === undefined) throw new RangeError(`the subnet file has no model ${model.manifest.name}`)
  const reference = await createOnnxEngine({ model, worker: 'thread' })
  const proofs = await Promise.all(proofSources.map(path => readFile(new URL(path, import.meta.url), 'utf8')))
  const stamp = JSON.stringify([model.manifestDigest, temperature, topK, maxTokens, projections, toploc, sha256Hex(proofs.join())])
  const collector: Collector = { model, reference, store: openSampleStore(settings.cacheFolder, stamp) }
  try {
    const { honest, loosest } = await collectHonest(collector, terms, settings)
    const samplesOf = honest.map(({ samples }) => samples)
    const boundsIn = (className: string) =>
      boundsOf(
        terms,
        samplesOf,
        terms.classes?.find(({ name }) => name === className),
      )
    // A cheat claims the class that tolerates most.
    const bounds = boundsIn(loosest)
    const nulls = createNullStreams(honest.flatMap(({ variant, samples }) => (variant.className === loosest ? samples : [])))
    const members = await collectMembers(collector, settings)
    const { alpha, shares } = subnet.evidence
    const stream = streamName('synthetic', model.manifest.name, temperature)
    const evidence = { alpha, shares, weight: streamWeights(subnet).get(stream) ?? 1 }
    const before = (of: EvidenceOf) => ({ answers: weigh(honest[0]?.samples ?? [], null, of, bounds), count: turnAfter })
    const convict = (samples: readonly AnswerSample[], turns: boolean) =>
      convictions(samples, bounds, { ...evidence, orders: amounts.orders, mostAnswers }, turns ? before : undefined)
    const reports = members.map(({ name, does, samples }) => {
      log(`comparing ${name}`)
      return {
        ...reportMember({ name, does, samples }, measureMember(nulls, samples), convict(samples, name === turncoat)),
        deciles: decilesOf(samples, bounds),
      }
    })
    log('holding narrower weights against bounds of one class')
    const byClass = reportClasses(terms, honest, members, (samples, own) =>
      convictions(samples, own, { ...evidence, orders: amounts.orders, mostAnswers }, undefined),
    )
    log('living honest lives')
    const eValues = honest.map(({ variant, samples }) => {
      const own = boundsIn(variant.className)
      return samples.map(sample => eValueOf(sample, sample.margins.length, 'proofs', own))
    })
    const lifetimes = simulateLifetimes(eValues, { ...evidence, lifetimes: amounts.lifetimes, answers: amounts.lifetimeAnswers })
    log('forging proofs')
    const nullProofs = await forge(model, reference, honest, amounts)
    log('measuring costs')
    const costs = (await settings.costs?.()) ?? []
    return {
      quick: settings.quick,
      amounts,
      model: model.manifest.name,
      manifestDigest: model.manifestDigest,
      alpha,
      streamWeight: evidence.weight,
      bounds,
      loosest,
      variants: honest.map(({ variant, samples }, index) => reportVariant(variant, samples, eValues[index] ?? [])),
      lifetimes: { ...lifetimes, realAnswers: honest.reduce((sum, { samples }) => sum + samples.length, 0) },
      members: reports.map(asShown),
      honestDeciles: decilesOf(
        honest.flatMap(({ variant, samples }) => (variant.className === loosest ? samples : [])),
        bounds,
      ),
      byClass,
      nullProofs,
      costs,
    }
  } finally {
    await reference.close()
  }
}

/** The loosest class is the one whose log-probabilities drift furthest, of those that show hidden rows; most honest answers are its own. */
async function collectHonest(
  collector: Collector,
  { classes }: SubnetModel,
  { amounts, onlyVariants, log }: VerificationSettings,
): Promise<{ honest: Measured[]; loosest: string }> {
  const accepted = honestSources(collector.model, classes)
  const variants = accepted.filter(({ name }) => onlyVariants === undefined || onlyVariants.includes(name))
  const drifts = new Map<string, number>()
  for (const variant of variants) {
    log(`asking ${variant.name} for ${pilotAnswers} answers`)
    const samples = await collectSource(collector, variant, Math.min(pilotAnswers, amounts.others))
    if (samples.every(({ distances }) => distances.length > 0))
      drifts.set(
        variant.className,
        Math.max(
          drifts.get(variant.className) ?? 0,
          meanOf(samples, ({ drifts: all }) => all),
        ),
      )
  }
  const [loosest = ''] = [...drifts].sort((a, b) => b[1] - a[1])[0] ?? []
  const inLoosest = variants.filter(({ className }) => className === loosest).length
  const honest: Measured[] = []
  for (const variant of variants) {
    const isLoosest = variant.className === loosest
    const count = Math.ceil(isLoosest ? amounts.loosest / inLoosest : amounts.others / (variants.length - inLoosest))
    log(`asking ${variant.name} for ${count} answers`)
    honest.push({ variant, samples: await collectSource(collector, variant, count) })
  }
  return { honest, loosest }
}

interface Collected {
  readonly name: string
  readonly does: string
  readonly samples: readonly AnswerSample[]
}

async function collectMembers(collector: Collector, { amounts, only, log }: VerificationSettings): Promise<Collected[]> {
  const collected: Collected[] = []
  for (const cheat of galleryCheats(collector.model)) {
    if (only !== undefined && !only.includes(cheat.name)) continue
    log(`asking ${cheat.name} for ${amounts.cheat} answers`)
    collected.push({
      name: cheat.name,
      does: cheat.does,
      samples: samplesAsShown(cheat.name, await collectSource(collector, cheat, amounts.cheat)),
    })
  }
  const turned = collected.find(({ name }) => name === 'small-sibling')
  if (turned === undefined) return collected
  const does = `It is honest for ${turnAfter} answers and then runs the smaller model: measured from its turn on.`
  return [...collected, { name: turncoat, does, samples: turned.samples }]
}

function weigh(samples: readonly AnswerSample[], cut: number | null, of: EvidenceOf, bounds: AnswerBounds): WeighedAnswer[] {
  return samples.map(sample => {
    const tokens = Math.min(cut ?? sample.margins.length, sample.margins.length)
    // What a check says of an end holds for whole answers alone.
    const fails = sample.problem !== null && sample.problem.tokens <= tokens
    return { eValue: eValueOf(sample, tokens, of, bounds), tokens, fails }
  })
}

function convictions(
  samples: readonly AnswerSample[],
  bounds: AnswerBounds,
  settings: ConvictionSettings,
  before: ((of: EvidenceOf) => NonNullable<ConvictionSettings['before']>) | undefined,
): ConvictionRow[] {
  return (['tokens', 'proofs'] as const).flatMap(of => {
    const past = before && { before: before(of) }
    return cuts.map(cut => ({ of, cut, ...measureConviction(weigh(samples, cut, of, bounds), { ...settings, ...past }) }))
  })
}

/** Members whose model weights or cache are only narrower than the claimed ones: what a class tolerates decides about them. */
const narrowed = ['four-bit-weights', 'eight-bit-weights', 'eight-bit-cache']

function reportClasses(
  terms: SubnetModel,
  honest: readonly Measured[],
  members: readonly Collected[],
  convict: (samples: readonly AnswerSample[], bounds: AnswerBounds) => ConvictionRow[],
): ClassReport[] {
  const classes = [...new Set(honest.map(({ variant }) => variant.className))]
  return classes.flatMap(className => {
    const own = honest.filter(({ variant }) => variant.className === className).map(({ samples }) => samples)
    if (own.some(samples => samples.every(({ distances }) => distances.length === 0))) return []
    const held = terms.classes?.find(({ name }) => name === className)
    const { bounds: _, ...unbounded } = terms
    const bounds = held?.bounds === undefined ? boundsOf(unbounded, own) : boundsOf(terms, own, held)
    const largestHonestEValue = own
      .flat()
      .reduce((most, sample) => Math.max(most, eValueOf(sample, sample.margins.length, 'proofs', bounds)), 0)
    const found = members.flatMap(({ name, samples }) =>
      narrowed.includes(name) ? [{ name, best: bestConviction({ convictions: convict(samples, bounds) }, 'proofs') ?? null }] : [],
    )
    return [{ className, bounds, largestHonestEValue, members: found }]
  })
}

function reportMember(
  { name, does, samples }: Collected,
  measured: ReturnType<typeof measureMember>,
  convicted: ConvictionRow[],
): Omit<MemberReport, 'deciles'> {
  const failed = samples.flatMap(({ problem }) => (problem === null ? [] : [problem.code]))
  const count = (isCounted: (entropy: number) => boolean) =>
    samples.reduce((sum, { entropies }) => sum + entropies.filter(isCounted).length, 0)
  return {
    name,
    does,
    answers: samples.length,
    tokens: count(() => true),
    stochasticTokens: count(entropy => entropy >= stochasticEntropy),
    fails: samples.length === 0 ? 0 : failed.length / samples.length,
    failCodes: [...new Set(failed)].sort(),
    ...measured,
    convictions: convicted,
  }
}

function reportVariant({ name, className }: HonestSource, samples: readonly AnswerSample[], eValues: readonly number[]): VariantReport {
  const hasRows = samples.some(({ distances }) => distances.length > 0)
  return {
    name,
    className,
    answers: samples.length,
    tokens: samples.reduce((sum, { margins }) => sum + margins.length, 0),
    margin: meanOf(samples, ({ margins }) => margins.map(margin => Math.min(margin, marginClip) / marginClip)),
    distance: hasRows ? meanOf(samples, ({ distances }) => distances) : null,
    drift: meanOf(samples, ({ drifts }) => drifts),
    mismatches: meanOf(samples, ({ margins }) => margins.map(margin => (margin > 0 ? 1 : 0))),
    largestEValue: eValues.reduce((most, eValue) => Math.max(most, eValue), 0),
  }
}

async function forge(model: LoadedModel, reference: Engine, honest: readonly Measured[], amounts: Amounts) {
  const engine = await createOnnxEngine({ model, worker: 'thread' })
  try {
    return await measureNullProofs({
      model,
      engine,
      reference,
      answers: Math.max(1, Math.round(amounts.cheat)),
      honest: honest.flatMap(({ samples }) => samples),
    })
  } finally {
    await engine.close()
  }
}
