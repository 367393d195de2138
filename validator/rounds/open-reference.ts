import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { checkCanary } from '../../shared/engine/check-canary.ts'
import { createOnnxEngine } from '../../shared/engine/onnx/create-onnx-engine.ts'
import { parseProvider } from '../../shared/engine/onnx/providers.ts'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { type LoadedModel, loadModel } from '../../shared/models/load-model.ts'
import type { Logger } from '../../shared/observe/create-logger.ts'
import { assertSubnetPaths } from '../../shared/subnet/assert-subnet-paths.ts'
import type { Subnet } from '../../shared/subnet/subnet-file.ts'
import { type PromptGrammar, parsePromptGrammar } from '../challenge/prompt-grammar.ts'
import { reopenEngine } from './reopen-engine.ts'
import type { Reference } from './verifier.ts'

/** The reference model of a validator: what it is asked for, its engine, and whether the canary held. */
export interface OpenedReference extends Reference {
  readonly model: LoadedModel
  readonly prompts: PromptGrammar
  canary(): 'passed' | 'failed' | 'pending'
}

/** Loads the subnet file's model, which must be the very artefact that the file names, and runs the canary: where it fails, whatever needs the reference is void. */
export async function openReference(
  { file, folder }: Subnet,
  settings: { readonly threads: number; readonly provider: string },
  log: Logger,
  signal: AbortSignal,
): Promise<OpenedReference> {
  const [terms, ...others] = file.models
  if (terms === undefined || others.length > 0) throw new AssayError('SUBNET_MODELS', { count: file.models.length })
  await assertSubnetPaths({ file, folder })
  const model = await loadModel(resolve(folder, terms.path))
  if (model.manifestDigest !== terms.manifestDigest)
    throw new AssayError('VALIDATOR_SUBNET_MODEL', { folder: terms.path, found: model.manifestDigest, expected: terms.manifestDigest })
  const prompts = parsePromptGrammar(JSON.parse(await readFile(resolve(folder, terms.prompts), 'utf8')))
  const open = () =>
    createOnnxEngine({ model, threads: settings.threads, provider: parseProvider(settings.provider), log: warning => log.warn(warning) })
  const engine = await open()
  const canary = await checkCanary(model, engine, signal).then(
    () => 'passed' as const,
    async error => {
      // Stopped in the middle of the canary: that says nothing about the reference.
      if (signal.aborted) {
        await engine.close()
        throw error
      }
      log.error(
        { error: error instanceof Error ? error.message : String(error) },
        'the canary failed: what needs the reference is void until it is mended',
      )
      return 'failed' as const
    },
  )
  return { terms, model, facts: model, engine: reopenEngine(engine, open), prompts, ready: () => canary === 'passed', canary: () => canary }
}
