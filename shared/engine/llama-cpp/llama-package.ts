import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { AssayError } from '../../errors/assay-error.ts'
import { expandHome } from '../../identity/wallet-location.ts'

// The part of node-llama-cpp that is used. It is no dependency: an operator adds it, so that its types are not at hand either.

/** A token to be run and what is wanted of the logits after it. */
export type LlamaInput = number | readonly [token: number, wanted: { readonly generateNext: LlamaWanted }]
export interface LlamaWanted {
  readonly logits: true | { readonly filter: { readonly tokens: readonly number[]; readonly includeTop: number } }
  /** Sum over the vocabulary of exp(logit - highest logit). */
  readonly totalLogitWeight?: true
}
export interface LlamaOutput {
  readonly next: { readonly logits?: ReadonlyMap<number, number>; readonly totalLogitWeight?: number }
}
/** One answer's place in the batch, with its keys and values. */
export interface LlamaSequence {
  readonly nextTokenIndex: number
  /** An output for each input that wants one, at its index. */
  controlledEvaluate(input: readonly LlamaInput[]): Promise<readonly (LlamaOutput | undefined)[]>
  evaluateWithoutGeneratingNewTokens(tokens: readonly number[]): Promise<void>
  eraseContextTokenRanges(ranges: readonly { readonly start: number; readonly end: number }[]): Promise<void>
  clearHistory(): Promise<void>
}
export interface LlamaContext {
  /** Tokens that each sequence may hold. */
  readonly contextSize: number
  getSequence(): LlamaSequence
}
export interface LlamaModel {
  createContext(options: Readonly<Record<string, unknown>>): Promise<LlamaContext>
}
export interface Llama {
  /** False on the processor. */
  readonly gpu: string | false
  loadModel(options: { readonly modelPath: string }): Promise<LlamaModel>
}
export interface LlamaPackage {
  getLlama(options: Readonly<Record<string, unknown>>): Promise<Llama>
}

/** The one command that adds the package, in the version that this adapter was tried with, outside of the program's own packages. */
export const llamaInstall = 'npm install --prefix ~/.assay/engines --ignore-scripts node-llama-cpp@3.22.1'
const installedFolder = '~/.assay/engines/node_modules'
const packageName = 'node-llama-cpp'

/** Imports node-llama-cpp: from the node_modules folder that is named, else from beside the program, else from where `llamaInstall` puts it. Throws ENGINE_LLAMA_MISSING. */
export async function importLlamaPackage(folder: string | undefined): Promise<LlamaPackage> {
  const problems: string[] = []
  for (const from of folder === undefined ? [undefined, expandHome(installedFolder)] : [resolve(folder)]) {
    try {
      const loaded: unknown = await import(from === undefined ? packageName : await entryOf(from))
      if (isLlamaPackage(loaded)) return loaded
      problems.push('it exports no function getLlama')
    } catch (cause) {
      problems.push(cause instanceof Error ? (cause.message.split('\n')[0] ?? cause.name) : String(cause))
    }
  }
  throw new AssayError('ENGINE_LLAMA_MISSING', { where: folder ?? installedFolder, problem: problems.at(-1) ?? 'it is not there' })
}

async function entryOf(folder: string): Promise<string> {
  const root = join(folder, packageName)
  const about: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const main = typeof about === 'object' && about !== null && 'main' in about ? about.main : undefined
  return pathToFileURL(join(root, typeof main === 'string' ? main : 'dist/index.js')).href
}

function isLlamaPackage(module: unknown): module is LlamaPackage {
  return typeof module === 'object' && module !== null && 'getLlama' in module && typeof module.getLlama === 'function'
}
