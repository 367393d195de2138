import { open } from 'node:fs/promises'
import { checkCanary } from '../../shared/engine/check-canary.ts'
import { createOnnxEngine } from '../../shared/engine/onnx/create-onnx-engine.ts'
import { parseProvider } from '../../shared/engine/onnx/providers.ts'
import { AssayError, isAssayError } from '../../shared/errors/assay-error.ts'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { expandHome } from '../../shared/identity/wallet-location.ts'
import { type LoadedModel, loadModel } from '../../shared/models/load-model.ts'
import { type Bundle, maxBundleBytes, parseBundle } from '../../shared/protocol/bundle.ts'
import { referenceManifest } from '../../shared/subnet/find-class.ts'
import { abortAfter } from '../../shared/util/abort-after.ts'
import type { BundleReport } from './bundle-report.ts'
import { checkBundle } from './check-bundle.ts'
import { findContradiction } from './find-contradiction.ts'

export interface VerifySettings {
  readonly model: string
  readonly provider: string
  readonly threads: number
  /** Of the reference run, in milliseconds. */
  readonly timeout: number
}

/** Reads a bundle and a model folder and judges again; throws VERIFY_BUNDLE, VERIFY_MODEL, VERIFY_CANARY, and the MODEL_ and ENGINE_ codes. */
export async function verifyFile(file: string, settings: VerifySettings, signal: AbortSignal): Promise<BundleReport> {
  await waitForCrypto()
  const [bundle, model] = await readBoth(file, settings.model)
  const engine = await createOnnxEngine({
    ...{ model, threads: settings.threads, provider: parseProvider(settings.provider) },
    log: warning => process.stderr.write(`${warning}\n`),
  })
  try {
    const deadline = abortAfter(settings.timeout, signal)
    // Who judges others must first be sure of its own reference.
    await checkCanary(model, engine, deadline)
    const reference = {
      facts: model,
      promptIdsOf: (ask: Bundle['exchange']['ask']) => model.promptIdsOf(ask),
      hiddenSize: engine.hiddenSize,
      score: engine.score,
    }
    return await checkBundle(bundle, file, reference, deadline)
  } finally {
    await engine.close()
  }
}

/** The bundle and the model that was asked. Where neither is any good the error names both: who is to mend them wants to know at once. */
async function readBoth(file: string, folder: string): Promise<readonly [Bundle, LoadedModel]> {
  const [read, loaded] = await Promise.allSettled([readBundle(file), loadModel(expandHome(folder))])
  const bundle = read.status === 'fulfilled' ? read.value : null
  const model = loaded.status === 'fulfilled' ? loaded.value : null
  const badModel = loaded.status === 'rejected' ? loaded.reason : bundle && model && mismatchOf(bundle, model)
  const problem = bundle === null ? null : findContradiction(bundle)
  const badBundle = read.status === 'rejected' ? read.reason : problem === null ? null : new AssayError('VERIFY_BUNDLE', { file, problem })
  if (badBundle !== null && badModel !== null && isAssayError(badBundle, 'VERIFY_BUNDLE')) {
    const both = `${badBundle.details.problem}; nor can the model be used: ${messageOf(badModel)}`
    throw new AssayError('VERIFY_BUNDLE', { file, problem: both }, { cause: badBundle })
  }
  const error = badBundle ?? badModel
  if (error !== null || bundle === null || model === null) throw error
  return [bundle, model]
}

/** Why a model is not the one that was asked; null where it is. */
function mismatchOf({ subnet, exchange: { ask } }: Bundle, { folder, manifestDigest }: LoadedModel): AssayError | null {
  const terms = subnet.models.find(({ name }) => name === ask.model)
  const expected = terms === undefined ? ask.assay.manifestDigest : referenceManifest(terms, ask.assay.manifestDigest)
  return manifestDigest === expected ? null : new AssayError('VERIFY_MODEL', { folder, found: manifestDigest, expected })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Reads a bundle's file; throws VERIFY_BUNDLE with what is wrong with it. */
export async function readBundle(file: string): Promise<Bundle> {
  try {
    return parseBundle(JSON.parse(await readBounded(expandHome(file))))
  } catch (error) {
    if (isAssayError(error, 'VERIFY_BUNDLE')) throw error
    throw new AssayError('VERIFY_BUNDLE', { file, problem: messageOf(error) }, { cause: error })
  }
}

/** The text of a file of bounded size; throws VERIFY_BUNDLE. */
export async function readBounded(file: string): Promise<string> {
  const handle = await open(file, 'r')
  try {
    const { size } = await handle.stat()
    if (size > maxBundleBytes)
      throw new AssayError('VERIFY_BUNDLE', { file, problem: `it has ${size} bytes, of ${maxBundleBytes} at most` })
    return await handle.readFile('utf8')
  } finally {
    await handle.close()
  }
}
