import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { AssayError } from '../errors/assay-error.ts'
import type { EnginePlugin } from './engine-plugin.ts'

/** Imports a plug-in engine from a .ts or .js file; throws ENGINE_PLUGIN where it does not load or has no createEngine. */
export async function loadEnginePlugin(path: string): Promise<EnginePlugin> {
  const file = resolve(path)
  let loaded: unknown
  try {
    loaded = await import(pathToFileURL(file).href)
  } catch (cause) {
    throw new AssayError('ENGINE_PLUGIN', { file, problem: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
  if (isPlugin(loaded)) return loaded
  throw new AssayError('ENGINE_PLUGIN', { file, problem: 'it exports no function createEngine' })
}

function isPlugin(module: unknown): module is EnginePlugin {
  return typeof module === 'object' && module !== null && 'createEngine' in module && typeof module.createEngine === 'function'
}
