import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { AssayError } from '../errors/assay-error.ts'
import type { ChatMessage } from '../protocol/ask.ts'
import { digestJson } from '../protocol/digest-json.ts'
import { buildTokenizer, type ModelTokenizer } from './build-tokenizer.ts'
import { checkExternalData } from './check-external-data.ts'
import { checkFiles } from './check-files.ts'
import { compileTemplate } from './compile-template.ts'
import { type Manifest, parseManifest } from './manifest.ts'

/** What is to be continued: a chat, or a plain prompt as text or as token ids. */
export type PromptSource = { readonly messages: readonly ChatMessage[] } | { readonly prompt: string | readonly number[] }

/** A model whose files were found to be exactly those of its manifest. */
export interface LoadedModel {
  readonly folder: string
  readonly manifest: Manifest
  /** SHA-256 of the canonical JSON of the manifest. */
  readonly manifestDigest: string
  readonly tokenizer: ModelTokenizer
  /**
   * The token ids that the model is to continue. A chat goes through the chat template with the generation prompt; a text
   * is encoded as text, with the beginning-of-sequence token in front where the tokenizer's files ask for it; ids stay as they are.
   * Special tokens written inside a message or a text are ordinary characters.
   */
  promptIdsOf(source: PromptSource): number[]
  readonly eosIds: ReadonlySet<number>
  readonly contextLength: number
  readonly vocabSize: number
}

/** Name of the graph in every artefact. */
export const graphFile = 'model.onnx'

/** Loads a model folder (manifest, tokenizer, chat template) after it has hashed every file; throws MODEL_* errors and never opens the graph in a runtime. */
export async function loadModel(folder: string): Promise<LoadedModel> {
  const root = resolve(folder)
  const manifest = readManifest(await readJson(root, 'manifest.json'), join(root, 'manifest.json'))
  for (const needed of [graphFile, 'tokenizer.json', 'tokenizer_config.json'])
    if (!manifest.files.some(file => file.path === needed))
      throw new AssayError('MODEL_FILE_UNLISTED', { file: needed, where: 'every model' })
  await checkFiles(root, manifest.files)
  await checkExternalData(root, manifest.files)
  const config = await readJson(root, 'tokenizer_config.json')
  const tokenizer = buildTokenizer(await readJson(root, 'tokenizer.json'), config, manifest)
  const renderChat = compileTemplate(config, manifest.name)
  return {
    folder: root,
    manifest,
    manifestDigest: digestJson(manifest),
    tokenizer,
    promptIdsOf: source => {
      if ('messages' in source) return tokenizer.encodeMarked(renderChat(source.messages, tokenizer))
      return typeof source.prompt === 'string' ? tokenizer.encodePrompt(source.prompt) : [...source.prompt]
    },
    eosIds: new Set(manifest.eosTokenIds),
    contextLength: manifest.shapes.context,
    vocabSize: manifest.shapes.vocab,
  }
}

function readManifest(value: unknown, file: string): Manifest {
  const version = typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined
  const known = 'assay/manifest/1'
  if (version !== known) throw new AssayError('MODEL_MANIFEST_VERSION', { file, found: version ?? 'none', known })
  return parseManifest(value)
}

async function readJson(folder: string, file: string): Promise<unknown> {
  let text: string
  try {
    text = await readFile(join(folder, file), 'utf8')
  } catch (cause) {
    throw new AssayError('MODEL_FILE_MISSING', { folder, file, problem: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AssayError(
      'MODEL_MANIFEST_SHAPE',
      { what: file, path: '/', problem: cause instanceof Error ? cause.message : 'no JSON' },
      { cause },
    )
  }
}
