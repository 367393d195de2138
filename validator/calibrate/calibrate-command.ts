import { readFile, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Engine } from '../../shared/engine/engine-port.ts'
import { createLlamaEngine } from '../../shared/engine/llama-cpp/create-llama-engine.ts'
import { createOnnxEngine } from '../../shared/engine/onnx/create-onnx-engine.ts'
import { parseProvider } from '../../shared/engine/onnx/providers.ts'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { expandHome } from '../../shared/identity/wallet-location.ts'
import { type LoadedModel, loadModel } from '../../shared/models/load-model.ts'
import { createProgress } from '../../shared/observe/create-progress.ts'
import { canonicalJson, type Json } from '../../shared/protocol/canonical-json.ts'
import { digestJson } from '../../shared/protocol/digest-json.ts'
import type { SettingsOf } from '../../shared/settings/option.ts'
import { assertSubnetPaths } from '../../shared/subnet/assert-subnet-paths.ts'
import { type CalibratedBounds, type CalibrationFile, leastCalibrationAnswers } from '../../shared/subnet/calibration-file.ts'
import { loadSubnet, type SubnetModel } from '../../shared/subnet/subnet-file.ts'
import { formatTable } from '../../shared/util/format-table.ts'
import { writeFileAtomically } from '../../shared/util/write-file-atomically.ts'
import { type PromptGrammar, parsePromptGrammar } from '../challenge/prompt-grammar.ts'
import { defaultSubnetFile } from '../rounds/default-subnet-file.ts'
import { buildCalibration, usualRule } from '../verification/calibration/build-calibration.ts'
import type { VariantAnswers } from '../verification/calibration/honest-answer.ts'
import type { calibrateOptions } from './calibrate-options.ts'
import { collectAnswers } from './collect-answers.ts'
import { graphOf, type HonestVariant, honestVariants } from './honest-variants.ts'

export type CalibrateSettings = SettingsOf<typeof calibrateOptions>

/** A variant, and how its engine is opened. */
interface Source {
  readonly name: string
  readonly precision: string
  readonly engine: string
  readonly batch: number
  open(): Promise<Engine>
}

const temperatures = [1, 1, 0.7, 0]

/** Runs `assay validator calibrate`: the validator's own engines answer under every honest variant, and the bounds that follow are written to a file. */
export async function calibrateCommand(settings: CalibrateSettings, signal: AbortSignal): Promise<void> {
  const subnet = await loadSubnet(expandHome(settings.subnetFile ?? defaultSubnetFile()))
  const { file, folder } = subnet
  const terms = settings.model === undefined ? file.models[0] : file.models.find(({ name }) => name === settings.model)
  if (terms === undefined)
    throw new AssayError('CLI_USAGE', {
      problem: `the subnet file has no model ${settings.model}; it has ${file.models.map(({ name }) => name).join(', ')}.`,
    })
  await assertSubnetPaths(subnet)
  const model = await loadModel(resolve(folder, terms.path))
  const prompts = parsePromptGrammar(JSON.parse(await readFile(resolve(folder, terms.prompts), 'utf8')))
  const out = expandHome(settings.out)
  const partial = `${out}.partial`
  const header = { manifestDigest: model.manifestDigest, answers: settings.answers, seed: settings.seed, projected: settings.projected }
  const done = await readPartial(partial, header)
  const sources = await sourcesOf(settings, model)
  signal.throwIfAborted()
  const reference = await createOnnxEngine({ model })
  try {
    for (const [index, source] of sources.entries()) {
      if (done.some(({ name }) => name === source.name)) continue
      done.push(
        await collectVariant(
          {
            source,
            label: `${index + 1} of ${sources.length}: ${source.name}`,
            reference,
            model,
            prompts,
            maxTokens: file.requests.maxTokens,
          },
          settings,
          signal,
        ),
      )
      await writeFileAtomically(partial, JSON.stringify({ header, variants: done }))
    }
  } finally {
    await reference.close()
  }
  const calibration = buildCalibration({
    ...{ model: terms.name, manifestDigest: model.manifestDigest, projected: settings.projected, seed: settings.seed },
    rule: { ...usualRule, marginClip: terms.marginClip, falsePositiveRate: settings.rate },
    variants: sources.flatMap(({ name }) => done.filter(variant => variant.name === name)),
    accepted: settings.accept,
    ...(terms.bounds && { checkWeights: terms.bounds.checkWeights }),
  })
  await writeFileAtomically(out, `${canonicalJson(calibration as unknown as Json)}\n`)
  await rm(partial, { force: true })
  process.stdout.write(`${report(calibration, terms)}\nwritten to ${settings.out}\n`)
  if (settings.answers < leastCalibrationAnswers)
    process.stderr.write(
      `warning: ${settings.answers} answers of each variant give bounds that are too narrow; subnet files that name this calibration are refused below ${leastCalibrationAnswers}\n`,
    )
}

interface VariantRun {
  readonly source: Source
  readonly label: string
  readonly reference: Engine
  readonly model: LoadedModel
  readonly prompts: PromptGrammar
  readonly maxTokens: { readonly min: number; readonly max: number }
}

async function collectVariant(
  run: VariantRun,
  { answers, seed, projected }: CalibrateSettings,
  signal: AbortSignal,
): Promise<VariantAnswers> {
  const { source, label, reference, model, prompts, maxTokens } = run
  const { name, precision, engine: kind, batch } = source
  const progress = createProgress({ label, unit: 'answers' })
  const engine = await source.open()
  try {
    const collected = await collectAnswers(
      {
        ...{ engine, reference, prompts, answers, batch, temperatures, maxTokens, projected },
        promptIdsOf: ask => model.promptIdsOf({ messages: [...ask.messages] }),
        seed: `${seed}/${name}`,
        onAnswer: count => progress.update(count, answers),
      },
      signal,
    )
    return { name, precision, engine: kind, answers: collected }
  } finally {
    progress.end()
    await engine.close()
  }
}

async function sourcesOf({ gguf, provider }: CalibrateSettings, model: LoadedModel): Promise<Source[]> {
  const sources = honestVariants.map(
    (variant): Source => ({ ...variant, engine: `onnx on ${provider}`, open: () => openOnnx(variant, model, provider) }),
  )
  if (gguf === undefined) return sources
  const other = await loadModel(expandHome(gguf))
  return [
    ...sources,
    {
      name: 'llama.cpp, fp16 cache',
      precision: 'fp16',
      engine: 'llama.cpp',
      batch: 8,
      open: () => createLlamaEngine({ model: other, exactCache: false }),
    },
  ]
}

async function openOnnx(variant: HonestVariant, model: LoadedModel, provider: string): Promise<Engine> {
  const { threads, batch, optimization } = variant
  const graph = await graphOf(variant, model)
  return createOnnxEngine({
    ...{ model, threads, batch, provider: parseProvider(provider) },
    ...(optimization && { optimization }),
    ...(graph && { graph }),
  })
}

async function readPartial(file: string, header: object): Promise<VariantAnswers[]> {
  try {
    // Written by this command alone; another header is another calibration.
    const stored = JSON.parse(await readFile(file, 'utf8')) as { header: object; variants: VariantAnswers[] }
    return JSON.stringify(stored.header) === JSON.stringify(header) ? stored.variants : []
  } catch {
    return []
  }
}

function report(calibration: CalibrationFile, terms: SubnetModel): string {
  const { variants, bounds } = calibration
  const show = (value: number | undefined) => (value === undefined ? '' : value.toExponential(2))
  const rows = variants.map(({ name, isAccepted, tokens, margin, fingerprint, logProb, eValue }) => [
    ...[name, isAccepted ? 'yes' : 'no', String(tokens), show(margin.mean), show(fingerprint?.median), show(fingerprint?.max)],
    ...[show(logProb.q999), show(eValue.max)],
  ])
  const columns = ['variant', 'accepted', 'tokens', 'margin', 'fingerprint', 'largest', 'log-prob', 'largest e-value']
  const evidenceOf = ({ greedySlack, fingerprintBound, logProbBound }: CalibratedBounds) => ({
    greedySlack,
    fingerprintBound,
    logProbBound,
  })
  const lines = {
    ...{ marginBound: bounds.marginBound, marginClip: bounds.marginClip },
    bounds: { ...evidenceOf(bounds), checkWeights: terms.bounds?.checkWeights ?? { margin: 0.4, fingerprint: 0.4, logProb: 0.2 } },
    calibration: { path: '...', digest: digestJson(calibration) },
    classes: Object.entries(calibration.precisions).map(([precision, own]) => ({
      precision,
      bounds: { marginBound: own.marginBound, ...evidenceOf(own) },
    })),
  }
  return `${formatTable(columns, rows)}\n\nof ${terms.name} in the subnet file:\n${JSON.stringify(lines, null, 2)}`
}
