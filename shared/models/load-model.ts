import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { AssayError } from '../errors/assay-error.ts'
import type { ChatMessage } from '../protocol/ask.ts'
import { digestJson } from '../protocol/digest-json.ts'
import { buildTokenizer, type ModelTokenizer } from './build-tokenizer.ts'
import { checkExternalData } from './check-external-data.ts'
import { checkFiles } from './check-files.ts'
import { compileTemplate } from './compile-template.ts'
import { findGraph, type GraphFormat } from './find-graph.ts'
import { type Manifest, parseManifest } from './manifest.ts'

/** What is to be continued: a chat, or a plain prompt as text or as token ids. */
export type PromptSource = { readonly messages: readonly ChatMessage[] } | { readonly prompt: string | readonly number[] }

/** A model whose files were found to be exactly those of its manifest. */
export interface LoadedModel {
  readonly folder: string
  /** The file that an engine opens, and what kind of engine that must be. */
  readonly graphPath: string
  readonly graphFormat: GraphFormat
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

/** Name of the graph in artefacts of our own recipe. */
export const graphFile = 'model.onnx'
/** Newer exports keep the chat template in a file of its own, which then counts. */
const templateFile = 'chat_template.jinja'

/** Loads a model folder (manifest, tokenizer, chat template) after it has hashed every file; throws MODEL_* errors and never opens the graph in a runtime. */
export async function loadModel(folder: string): Promise<LoadedModel> {
  const root = resolve(folder)
  const manifest = await loadManifest(root)
  const lists = (path: string) => manifest.files.some(file => file.path === path)
  for (const needed of ['tokenizer.json', 'tokenizer_config.json'])
    if (!lists(needed)) throw new AssayError('MODEL_FILE_UNLISTED', { file: needed, where: 'every model' })
  const graph = findGraph(manifest.files)
  await checkFiles(root, manifest.files)
  await checkExternalData(root, manifest.files)
  const config = await readJson(root, 'tokenizer_config.json')
  const tokenizer = buildTokenizer(await readJson(root, 'tokenizer.json'), config, manifest)
  const template = lists(templateFile) ? await readText(root, templateFile) : undefined
  const renderChat = compileTemplate(config, manifest.name, template)
  return {
    folder: root,
    graphPath: join(root, graph.path),
    graphFormat: graph.format,
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

/** Reads the manifest of a model folder without a look at its files; throws MODEL_FILE_MISSING, MODEL_MANIFEST_VERSION and MODEL_MANIFEST_SHAPE. */
export async function loadManifest(folder: string): Promise<Manifest> {
  return readManifest(await readJson(folder, 'manifest.json'), join(folder, 'manifest.json'))
}

function readManifest(value: unknown, file: string): Manifest {
  const version = typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined
  const known = 'assay/manifest/1'
  if (version !== known) throw new AssayError('MODEL_MANIFEST_VERSION', { file, found: version ?? 'none', known })
  return parseManifest(value)
}

async function readText(folder: string, file: string): Promise<string> {
  try {
    return await readFile(join(folder, file), 'utf8')
  } catch (cause) {
    throw new AssayError('MODEL_FILE_MISSING', { folder, file, problem: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
}

async function readJson(folder: string, file: string): Promise<unknown> {
  const text = await readText(folder, file)
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
